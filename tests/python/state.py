"""What a warehouse holds and says of itself: to compare it, and to find its lies."""

import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

from shop import FEEDS, Shop

State = dict[str, list[str]]

COLUMNS = """
    select table_schema || '.' || table_name, column_name, data_type
    from information_schema.columns
    where table_schema in ('curated', 'gold') and column_name != 'load_id'
    order by table_schema, table_name, ordinal_position
"""
# Every time that the warehouse took from its own clock is later than that.
FIRST_LANDING = "(select min(landed_at) from landing.delivered_files)"
LOGGED_WRONG = """
    select execution_id || ' ' || process_name || ': ' || string_agg(status, ', ')
    from audit.pipeline_execution_log
    group by execution_id, process_name
    having count(*) != 2 or count(*) filter (where status = 'STARTED') != 1
    union all
    select execution_id || ' ' || node_name || ' was logged ' || count(*) || ' times'
    from audit.pipeline_node_log
    group by execution_id, node_name having count(*) != 1
"""
# What the watermark of each process speaks of.
PROCESS_TABLES = {
    "Extract_Source_to_Raw": "raw_.*",
    "Load_Dimensions": "(dim|snap)_.*",
    "Load_Facts": "fact_.*",
    "Aggregate_Gold": "reporting_sales_wide",
}
LAST_ENDS = """
    select process_name, status from audit.pipeline_execution_log as ended
    where status != 'STARTED' and batch_id = (
        select max(batch_id) from audit.pipeline_execution_log as other
        where other.process_name = ended.process_name and other.status != 'STARTED'
    )
"""
LAST_SUCCESSES = """
    select layer, node_name, row_count from (
        select
            layer,
            node_name,
            row_count,
            row_number() over (
                partition by layer, node_name order by runs.batch_id desc
            ) as age
        from audit.pipeline_node_log
        inner join (
            select execution_id, max(batch_id) as batch_id
            from audit.pipeline_execution_log group by execution_id
        ) as runs using (execution_id)
        where status = 'SUCCESS'
    ) as aged
    where age = 1
"""
LEFTOVERS = """
    select table_name || ' was left behind' from information_schema.tables
    where position('__dbt_' in table_name) > 0
"""


def state(shop: Shop, *, own_times: bool = True) -> State:
    """Every table of curated (snapshots are there) and gold, as sorted text rows.

    `load_id`, the number of the build, is left out. Two warehouses that were built at
    different times are compared without `own_times`: a time that the warehouse took
    from its own clock then reads the same wherever it stands.
    """
    columns: dict[str, list[str]] = {}
    for table, column, kind in shop.rows(COLUMNS):
        value = f'"{column}"'
        if kind.upper().startswith("TIMESTAMP") and not own_times:
            value = (
                f"case when {value} >= {FIRST_LANDING} then 'when it was loaded'"
                f" else cast({value} as varchar) end as {value}"
            )
        columns.setdefault(table, []).append(value)
    return {
        table: [
            row
            for (row,) in shop.rows(
                f"select cast(one as varchar) from (select {', '.join(values)}"
                f" from {table}) as one order by 1"
            )
        ]
        for table, values in columns.items()
    }


def differences(before: State, after: State) -> list[str]:
    """Rows that only one of two states has, each with its table; at most thirty."""
    lines = []
    for table in sorted(before.keys() | after.keys()):
        old, new = Counter(before.get(table, [])), Counter(after.get(table, []))
        lines += [f"{table} lost {row}" for row in (old - new).elements()]
        lines += [f"{table} won {row}" for row in (new - old).elements()]
    return lines[:30]


def written(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """Relations whose `content_hashes` differ, load_id and all.

    Left out is what a delivery changes by being landed: the landing tables, and the
    views that count them.
    """
    return {
        name
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name)
        and not name.startswith(("landing.", "audit.reconciliation"))
    }


def feed(name: str, *rows: str) -> str:
    """Rows of a feed below its header, as `Shop.delivery` takes them."""
    return "\n".join([",".join(FEEDS[name].columns), *rows])


def gold_of(whole: State) -> State:
    """The gold tables of a state."""
    return {name: rows for name, rows in whole.items() if name.startswith("gold.")}


class WatchedShop(Shop):
    """A shop that holds the audit tables to what they must always be, build by build.

    At most one end per run and step, earlier rows unchanged, watermarks equal to what
    is in the tables, tables as large as the log says, no half-made relation left.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.logged: Counter[tuple[Any, ...]] = Counter()
        self.kept: dict[Path, Counter[tuple[Any, ...]]] = {}

    def deliver(self, *complete: str, **feeds: str) -> None:
        """Land a delivery; the feeds in `complete` hold all rows there are."""
        flags = [word for name in complete for word in ("--complete", name)]
        folder = self.delivery(**feeds)
        result = self.script("land.py", folder, *flags, "--max-deleted-share", "1")
        assert result.returncode == 0, result.stderr

    def build(self, *arguments: str, tests: bool = False) -> None:
        """Build, which must succeed, and look at what is said of it."""
        super().build(*arguments, tests=tests)
        self.watch()

    def failed_build(self, *arguments: str, tests: bool = False) -> str:
        """Build, which must fail; return what it printed."""
        left_out = ["seed", "unit_test"] + ([] if tests else ["test"])
        result = self.dbt(
            "build",
            *(f"--exclude-resource-type={kind}" for kind in left_out),
            *arguments,
        )
        assert result.returncode == 1, result.stdout
        self.watch(failed=True)
        return result.stdout

    def retry(self) -> subprocess.CompletedProcess[str]:
        """Run what the last command has left undone, which must succeed now."""
        result = self.dbt("retry")
        assert result.returncode == 0, result.stdout
        self.watch()
        return result

    def watch(self, *, failed: bool = False) -> None:
        """Hold the audit tables to what a build, which may have `failed`, has left."""
        faults = audit_faults(self, failed=failed)
        assert faults == [], "\n".join(faults)
        self.remember_log()

    def remember_log(self) -> None:
        """Keep what is logged now, none of which may change later."""
        self.logged = log_rows(self)

    def execute(self, *statements: str) -> None:
        """Change the warehouse behind the project's back, in one transaction."""
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.begin()
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def keep(self) -> Path:
        """Copy the warehouse as it is; return what `go_back` takes."""
        kept = self.folder / f"kept_{len(self.kept)}.duckdb"
        shutil.copy(self.warehouse, kept)
        self.kept[kept] = log_rows(self)
        return kept

    def go_back(self, kept: Path) -> None:
        """Put a kept warehouse in place of what there is.

        One shop that goes back is faster than two: dbt reads the whole project anew
        for each folder.
        """
        shutil.copy(kept, self.warehouse)
        self.logged = self.kept[kept].copy()


def log_rows(shop: Shop) -> Counter[tuple[Any, ...]]:
    """Every row of both logs, each with how often it is there."""
    return Counter(
        shop.rows("select 'process', * from audit.pipeline_execution_log")
        + shop.rows("select 'node', * from audit.pipeline_node_log")
    )


def audit_faults(shop: WatchedShop, *, failed: bool = False) -> list[str]:
    """What the audit tables say that is not so, one line each; empty when all is true.

    A build that `failed` may leave relations of the model that broke.
    """
    rows = shop.rows(LOGGED_WRONG)
    if not failed:
        rows += shop.rows(LEFTOVERS)
    gone = shop.logged - log_rows(shop)
    faults = [f"an earlier row is gone: {row}" for row in gone]
    faults += [line for (line,) in rows]
    return faults + watermark_faults(shop) + row_count_faults(shop)


def watermark_faults(shop: Shop) -> list[str]:
    """Watermarks that differ from the newest batch of their tables."""
    marks = dict(
        shop.rows("select process_name, last_batch_id from audit.pipeline_watermark")
    )
    batches = {}
    for schema, table, column in shop.rows("""
        select table_schema, table_name, column_name from information_schema.columns
        where column_name = case
            when table_schema in ('raw', 'staging') then 'batch_id'
            when table_schema in ('curated', 'gold') then 'load_id'
        end and table_name not like 'base%' and table_name not like 'snap%'
    """):
        batches[table] = shop.value(f'select max({column}) from {schema}."{table}"')
    faults = [
        f"{table} is at {marks.get(table)}, its rows at {newest}"
        for table, newest in batches.items()
        if marks.get(table) != newest
    ]
    ends = dict(shop.rows(LAST_ENDS))
    for process, pattern in PROCESS_TABLES.items():
        (newest,) = shop.rows(f"""
            select max(last_batch_id) from audit.pipeline_watermark
            where process_name ~ '^({pattern})$'
        """)[0]
        mark = marks.get(process)
        if ends.get(process) == "SUCCESS" and mark != newest:
            faults.append(f"{process} is at {mark}, its tables at {newest}")
        if (mark or 0) > (newest or 0):
            faults.append(f"{process} is at {mark}, ahead of its tables at {newest}")
    return faults


def row_count_faults(shop: Shop) -> list[str]:
    """Tables that a SUCCESS row counts otherwise than they are."""
    faults = []
    for layer, table, logged in shop.rows(LAST_SUCCESSES):
        rows = shop.value(f'select count(*) from {layer}."{table}"')
        if logged is not None and rows != logged:
            faults.append(f"{layer}.{table} has {rows} rows, logged were {logged}")
    return faults
