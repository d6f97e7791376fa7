"""Tables of a warehouse: listed, found by name, described; none is named by a user."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from clustr.console import ClustrError
from clustr.layers import LAYERS
from clustr.sql import quoted
from querying.reading import Reader, Result, Rows, listing

# The other layers hold e-mail addresses and the like.
WITHOUT_PERSONS = ("gold", "audit")
# It holds rows of those layers as they were delivered.
REJECTED = ("audit", "rejected_rows")
LISTED = """
    select table_schema, table_name from information_schema.tables
    where
        table_catalog = current_database()
        and table_schema not in ('information_schema', 'pg_catalog')
    order by table_schema, table_name
"""
COLUMNS = """
    select
        table_schema, table_name, column_name, data_type,
        numeric_precision, numeric_scale
    from information_schema.columns
    where table_catalog = current_database()
    order by ordinal_position
"""
# PostgreSQL cannot say whether two values of these are the same.
WITHOUT_EQUALITY = {"json", "xml", "point"}


@dataclass(frozen=True)
class Table:
    """A table or view that the warehouse has."""

    schema: str
    name: str

    def __str__(self) -> str:
        """Its name as people write it."""
        return f"{self.schema}.{self.name}"

    @property
    def quoted(self) -> str:
        """Its name as SQL reads it."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    @property
    def is_open(self) -> bool:
        """Whether it is shown without being asked for."""
        is_rejected = (self.schema, self.name) == REJECTED
        return self.schema in WITHOUT_PERSONS and not is_rejected


def all_tables(reader: Reader) -> list[Table]:
    """Every table and view: gold and audit first, then the layers as they are built.

    Raises
    ------
    ClustrError
        If there are none.
    """
    order = [*WITHOUT_PERSONS, *LAYERS]
    tables = [Table(str(schema), str(name)) for schema, name in reader.ask(LISTED)]
    if not tables:
        raise ClustrError(f"{reader.name}: holds no tables; run `make build` first")
    return sorted(
        tables,
        key=lambda table: (
            order.index(table.schema) if table.schema in order else len(order),
            str(table),
        ),
    )


def shown_tables(reader: Reader, *, all_layers: bool) -> list[Table]:
    """The tables that are shown, in the order of `all_tables`.

    Raises
    ------
    ClustrError
        If there are none.
    """
    shown = [table for table in all_tables(reader) if all_layers or table.is_open]
    if not shown:
        raise ClustrError(f"{reader.name}: nothing is built yet; run `make build`")
    return shown


def find(tables: Sequence[Table], name: str, *, all_layers: bool) -> Table:
    """The table of a name, with its schema or without; capitals matter last.

    Raises
    ------
    ClustrError
        If there is none (the nearest are named), more than one, or it lies in a layer
        that is not shown.
    """
    wanted = name.lower()
    alike = [t for t in tables if wanted in {str(t).lower(), t.name.lower()}]
    shown = [t for t in alike if all_layers or t.is_open]
    shown = [t for t in shown if name in {str(t), t.name}] or shown
    if len(shown) == 1:
        return shown[0]
    if shown:
        names = " or ".join(map(str, shown))
        raise ClustrError(f"table {name}: there are several; write {names}")
    if alike:
        raise ClustrError(
            f"table {name}: {alike[0]} may hold personal data; add --all-layers"
        )
    raise ClustrError(f"table {name}: {nearest(tables, wanted, all_layers=all_layers)}")


def nearest(tables: Sequence[Table], wanted: str, *, all_layers: bool) -> str:
    """A line that says that there is no such table, and which are nearest."""
    shown = [table for table in tables if all_layers or table.is_open]
    bare = wanted.rpartition(".")[2]
    for known, advice in ((shown, ""), (tables, " Add --all-layers")):
        close = get_close_matches(bare, {table.name.lower() for table in known}, n=3)
        names = [str(t) for name in close for t in known if t.name.lower() == name][:3]
        if names:
            return f"there is none; did you mean {' or '.join(names)}?{advice}"
    return "there is none; without a name, all are listed"


def overview(reader: Reader, tables: Sequence[Table]) -> Result:
    """Each table with its layer and its number of rows."""
    rows: Rows = []
    for table in tables:
        ((count,),) = reader.ask(f"select count(*) from {table.quoted}")
        rows.append((table.schema, table.name, count))
    return listing(("layer", "table", "rows"), ("VARCHAR", "VARCHAR", "BIGINT"), rows)


def column_names(reader: Reader, tables: Sequence[Table]) -> list[str]:
    """Names of the columns of some tables, each once, by the alphabet."""
    places = {(table.schema, table.name) for table in tables}
    rows = reader.ask(COLUMNS)
    return sorted({str(row[2]) for row in rows if (row[0], row[1]) in places})


def profile(reader: Reader, table: Table) -> tuple[int, Result]:
    """Number of rows, and per column its type, nulls and distinct values.

    Null is not counted as a value. Distinct is unknown (null) where the type has no
    equality.
    """
    columns = [
        (str(name), kind_of(str(kind), precision, scale))
        for schema, of, name, kind, precision, scale in reader.ask(COLUMNS)
        if (schema, of) == (table.schema, table.name)
    ]
    counts = ["count(*)"]
    for name, kind in columns:
        distinct = f"count(distinct {quoted(name)})"
        counts.append(f"count({quoted(name)})")
        counts.append("null" if kind in WITHOUT_EQUALITY else distinct)
    ((total, *found),) = reader.ask(f"select {', '.join(counts)} from {table.quoted}")
    pairs = zip(columns, found[::2], found[1::2], strict=True)
    rows: Rows = [(*column, total - filled, many) for column, filled, many in pairs]
    names = ("column", "type", "nulls", "distinct")
    return int(total), listing(names, ("VARCHAR",) * 2 + ("BIGINT",) * 2, rows)


def kind_of(kind: str, precision: int | None, scale: int | None) -> str:
    """A type with the digits that PostgreSQL says apart."""
    if kind == "numeric" and precision is not None:
        return f"numeric({precision},{scale})"
    return kind
