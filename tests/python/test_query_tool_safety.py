"""Nothing is written through query_tool.py: not tables, not files, on either engine."""

import csv
import io
import signal
import subprocess
import sys
from _thread import interrupt_main
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread, Timer

import duckdb
import pytest

from clustr.console import ClustrError
from clustr.feeds import PROJECT
from looked_into import STATEMENTS, make_file, printed, refused
from postgres_shop import Server, new_database, query
from querying.duckdb_reader import opened_duckdb
from querying.reading import interruptible

WRITES = (
    "insert into gold.days (day_id) values (9)",
    "with x as (insert into gold.days (day_id) values (9) returning 1) select * from x",
    "delete from gold.days returning 1",
    "drop table gold.days",
    "create table gold.new as select 1",
    "create temp table new as select 1",
    "select nextval('gold.numbers')",
    "begin",
    "commit; drop table gold.days",
    "select 1; drop table gold.days",
    "set transaction read write",
    "call nothing()",
    "prepare p as select 1",
)
OF_DUCKDB = (
    "copy gold.days to '{folder}/x.csv'",
    "copy gold.days to '{warehouse}'",
    "explain analyze copy gold.days to '{warehouse}'",
    "explain analyze copy gold.days to '{warehouse}.wal' (format csv)",
    "export database '{folder}/x'",
    "attach '{folder}/x.duckdb' as x",
    "attach ':memory:' as x",
    "detach w",
    "install httpfs",
    "load httpfs",
    "pragma enable_profiling = 'json'",
    "set lock_configuration = false",
    "set enable_external_access = true",
    "checkpoint",
    "vacuum",
    "use audit",
    "create secret (type s3)",
    "select * from force_checkpoint()",
    "select * from query('copy gold.days to ''{folder}/x.csv''')",
    "select * from read_csv('{folder}/secret.txt')",
    "from '{folder}/secret.txt'",
    "select * from read_text('{folder}/secret.txt')",
    "select * from glob('{folder}/*')",
    "select * from read_csv('http://127.0.0.1:1/x.csv')",
)
OF_POSTGRES = (
    "copy gold.days to '{folder}/x.csv'",
    "copy gold.days to program 'touch {folder}/x'",
    "explain analyze delete from gold.days",
    "select * from gold.days for update",
    "select 1 into gold.new",
    "do $$ begin delete from gold.days; end $$",
    "set session characteristics as transaction read write",
    "select set_config('transaction_read_only', 'off', false)",
    "select setval('gold.numbers', 99)",
    "select lo_export(1, '{folder}/x')",
    "select \"lo_export\"(1, '{folder}/x')",
    "select LO_EXPORT(1, '{folder}/x')",
    "select U&\"\\006co_export\"(1, '{folder}/x')",
    "select query_to_xml('copy gold.days to ''{folder}/x''', true, true, '')",
    "select pg_read_file('{folder}/secret.txt')",
    "select pg_terminate_backend(1)",
    "select gold.changes()",
    "lock table gold.days",
    "listen x",
)
CHANGES = """
    create function gold.changes() returns int language sql
    as 'insert into gold.days (day_id) values (9) returning 1'
"""


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "w.duckdb"
    make_file(path)
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(path))
    monkeypatch.delenv("DBT_TARGET", raising=False)
    return path


@pytest.mark.parametrize("sql", [*WRITES, *OF_DUCKDB])
def test_duckdb_refuses(warehouse: Path, sql: str) -> None:
    before = warehouse.read_bytes()
    filled = sql.format(folder=warehouse.parent, warehouse=warehouse)
    refused("--sql", filled)
    assert warehouse.read_bytes() == before
    names = {path.name for path in warehouse.parent.iterdir()}
    assert names == {"secret.txt", "w.duckdb"}


@pytest.mark.parametrize("sql", [sql for sql in OF_DUCKDB if "secret" in sql])
def test_duckdb_is_locked_even_without_a_look_at_the_statement(
    warehouse: Path, sql: str
) -> None:
    with opened_duckdb() as reader:
        filled = sql.format(folder=warehouse.parent)
        with pytest.raises(ClustrError):
            reader.ask(filled)
        for statement in ("set threads = 1", "create table gold.new as select 1"):
            with pytest.raises(ClustrError):
                reader.ask(statement)
        settings = "select current_setting('enable_external_access')"
        assert reader.ask(settings) == [(False,)]


def test_ctrl_c_ends_without_a_traceback(warehouse: Path) -> None:
    # what a shell starts in the background has been told to ignore Ctrl-C
    heeding = ("env", "--default-signal=INT")
    command = [*heeding, sys.executable, str(PROJECT / "scripts" / "query_tool.py")]
    endless = "select range from range(1000000000000)"
    with subprocess.Popen(
        [*command, "--sql", endless, "--format", "csv"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"range\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said == b"\n"


@pytest.fixture
def heeding() -> Iterator[None]:
    """Hear Ctrl-C, which what a shell starts in the background is told to ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeding")
def test_ctrl_c_while_the_engine_works_cancels_what_it_does() -> None:
    cancelled = Event()

    def work() -> None:
        # a moment later, when it is being waited for
        Timer(0.3, interrupt_main).start()
        assert cancelled.wait(timeout=30)

    with pytest.raises(KeyboardInterrupt):
        interruptible(work, cancelled.set)
    assert cancelled.is_set()


@pytest.mark.usefixtures("heeding")
def test_ctrl_c_while_the_thread_starts_begins_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = Event()
    start = Thread.start

    def interrupted(thread: Thread) -> None:
        start(thread)
        raise KeyboardInterrupt

    monkeypatch.setattr(Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        interruptible(begun.set, lambda: None)
    monkeypatch.undo()
    assert not begun.wait(timeout=0.5)


@pytest.fixture
def server(
    postgres_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Server:
    made = new_database(postgres_server, tmp_path)
    for statement in (*STATEMENTS, CHANGES):
        query(made, statement)
    for name, value in made.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DBT_TARGET", "postgres")
    return made


def state(server: Server) -> list[tuple[object, ...]]:
    return [
        *query(server, "select * from gold.days order by day_id"),
        *query(server, "select last_value, is_called from gold.numbers"),
        *query(server, "select relname from pg_class order by 1"),
    ]


@pytest.mark.postgres
def test_postgres_answers_alike_and_refuses_every_write(
    server: Server, warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBT_TARGET", "postgres")
    before = state(server)
    for sql in (*WRITES, *OF_POSTGRES):
        refused("--sql", sql.format(folder=tmp_path))
        assert state(server) == before, sql
    assert {path.name for path in tmp_path.iterdir()} == {"secret.txt", "w.duckdb"}
    for asked in ((), ("days",), ("gold.days", "--format", "json"), ('od"d',)):
        assert printed(*asked) == printed(*asked, "--target", "duckdb"), asked
    out = tmp_path / "p.parquet"
    assert printed("days", "--out", out) == ""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        types = "select column_name, column_type from (describe from {})"
        for ask in ("from {}", types):
            expected = connection.execute(ask.format("gold.days")).fetchall()
            assert connection.execute(ask.format(f"'{out}'")).fetchall() == expected
    lines = printed("days", "--columns").splitlines()
    assert lines[0] == "gold.days: 3 rows"
    assert lines[4].split() == ["amount", "numeric(18,2)", "1", "2"]
    wrong = 'PostgreSQL: column "bogus" does not exist'
    assert refused("--sql", "select bogus from gold.days") == wrong
    assert refused("--sql", ";") == "SQL: 0 statements; give one"
    settings = "transaction_read_only", "statement_timeout"
    shown = ", ".join(f"current_setting('{name}')" for name in settings)
    (_, row) = csv.reader(io.StringIO(printed("--sql", f"select {shown}")))
    assert row == ["on", "1min"]
    many = printed("--sql", "select i from generate_series(1, 12001) as t(i);")
    assert many.splitlines()[-1] == "12001" and len(many.splitlines()) == 12002
