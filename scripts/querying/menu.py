"""The menu of a terminal: a layer, a table, then its rows, columns, SQL or a file.

Plain input with numbers: no library for terminals is among the packages that a
warehouse is built with. Where Python has readline, lines can be edited and recalled.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from clustr.console import ClustrError, fail
from querying.answer import choose_output, write
from querying.reading import Reader
from querying.tables import Table, all_tables, profile

ACTIONS = ("rows", "columns", "SQL", "export")
MANY = 10_000
Act = Callable[[Reader, Table], None]


class LeftError(Exception):
    """Somebody chose to quit."""


def choose(title: str, choices: Sequence[str]) -> int | None:
    """Number of what was chosen, from 0; None to go back.

    Asks until the answer is a number or a name of the list, `b` or `q`.

    Raises
    ------
    LeftError
        If it is `q`.
    """
    print(f"\n{title}")
    for number, choice in enumerate(choices, start=1):
        print(f"  {number}  {choice}")
    while True:
        said = input(f"1-{len(choices)}, b back, q quit: ").strip()
        if said.lower() in {"q", "quit"}:
            raise LeftError
        if said.lower() in {"b", "back"}:
            return None
        if said in choices:
            return choices.index(said)
        if said.isdecimal() and 1 <= int(said) <= len(choices):
            return int(said) - 1
        print(f"{said!r}: none of these")


def show_rows(reader: Reader, table: Table) -> None:
    """The first rows."""
    output = choose_output(form="table", path=None, limit=None, as_table=True)
    write(reader.read(f"select * from {table.quoted}"), output)


def show_columns(reader: Reader, table: Table) -> None:
    """Columns with their types, nulls and distinct values."""
    count, result = profile(reader, table)
    print(f"{table}: {count:,} rows")
    output = choose_output(form="table", path=None, limit=MANY, as_table=True)
    write(result, output)


def ask_sql(reader: Reader, table: Table) -> None:
    """Rows of what is typed; nothing typed goes back."""
    if sql := input(f"SQL, such as select count(*) from {table}: ").strip():
        output = choose_output(form="table", path=None, limit=None, as_table=True)
        write(reader.read_typed(sql), output)


def export(reader: Reader, table: Table) -> None:
    """All rows to the file that is typed; nothing typed goes back."""
    if said := input("file (.csv, .json or .parquet): ").strip():
        path = Path(said).expanduser()
        output = choose_output(form=None, path=path, limit=None, as_table=False)
        write(reader.read(f"select * from {table.quoted}"), output)


ACTS: tuple[Act, ...] = (show_rows, show_columns, ask_sql, export)


def work_on(reader: Reader, table: Table) -> None:
    """Do what is chosen with a table, until it is to go back."""
    while (act := choose(str(table), ACTIONS)) is not None:
        try:
            ACTS[act](reader, table)
        except ClustrError as error:
            fail(error)


def browse(reader: Reader, tables: Sequence[Table]) -> None:
    """Have a layer and a table chosen, until it is to go back."""
    layers = list(dict.fromkeys(table.schema for table in tables))
    while (layer := choose(reader.name, layers)) is not None:
        of_layer = [table for table in tables if table.schema == layers[layer]]
        names = [table.name for table in of_layer]
        while (place := choose(layers[layer], names)) is not None:
            work_on(reader, of_layer[place])


def menu(reader: Reader, *, all_layers: bool) -> None:
    """Talk until somebody quits, goes back from the first menu, or input ends.

    Raises
    ------
    ClustrError
        If there are no tables.
    """
    with suppress(ImportError):
        import_module("readline")
    tables = [table for table in all_tables(reader) if all_layers or table.is_open]
    with suppress(LeftError):
        try:
            browse(reader, tables)
        except EOFError:
            print()
