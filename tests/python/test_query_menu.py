"""The menu of query_tool.py: choose, look, ask, export, go back and leave.

What is typed goes through prompt_toolkit's own pipe, keys and all; what a person sees
is looked at in terminals of the operating system.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from looked_into import make_file
from querying.duckdb_reader import opened_duckdb
from querying.menu import menu
from terminal import BACK, END, RIGHT, STOP, UP, Terminal

Talk = Callable[..., str]
Start = Callable[..., Terminal]


class Wide(DummyOutput):
    """A terminal in which nothing has to be scrolled."""

    def get_size(self) -> Size:
        """Its size."""
        return Size(rows=50, columns=200)


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "w.duckdb"
    make_file(path)
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("DBT_TARGET", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return path


@pytest.fixture
def talk(warehouse: Path, capsys: pytest.CaptureFixture[str]) -> Talk:
    """Type lines to the menu, then Ctrl-D; what it prints."""

    def run(*lines: str, all_layers: bool = False) -> str:
        with (
            create_pipe_input() as keys,
            create_app_session(input=keys, output=Wide()),
            opened_duckdb() as reader,
        ):
            keys.send_text("".join(f"{line}\r" for line in lines) + END)
            menu(reader, all_layers=all_layers)
        captured = capsys.readouterr()
        return captured.out + captured.err

    return run


@pytest.fixture
def start(warehouse: Path) -> Iterator[Start]:
    """Start the tool in terminals that end with the test."""
    started: list[Terminal] = []

    def begin(**size: int) -> Terminal:
        started.append(Terminal(**size))
        return started[-1]

    yield begin
    for each in started:
        each.close()


def in_sql(tool: Terminal) -> Terminal:
    """Go where SQL is typed."""
    tool.see("layer>").type("gold\r").see("gold>").type("days\r")
    return tool.see("gold.days>").type("sql\r").see("sql>")


def test_leads_to_rows_columns_sql_and_back(talk: Talk) -> None:
    query = ("select 40 + 2", " as n;", "")
    shown = talk("gold", "days", "rows", "columns", "sql", *query, "b", "b", "b")
    assert "12345678901234.56" in shown and "3 rows" in shown
    assert "gold.days: 3 rows" in shown and "DECIMAL(18,2)" in shown
    assert "n\n42\n1 rows\n" in shown


def test_a_part_that_one_name_has_will_do(talk: Talk) -> None:
    shown = talk("GOL", "ay", "COL")
    assert "gold.days: 3 rows" in shown


def test_a_part_of_several_or_no_names_is_asked_again(talk: Talk) -> None:
    shown = talk("zzz", "gold", "y", "\x15days", "columns")
    assert "zzz: none of these" in shown
    assert "y: days or empty" in shown
    assert "gold.days: 3 rows" in shown


def test_exports_and_says_what_fails_and_goes_on(talk: Talk, tmp_path: Path) -> None:
    out = str(tmp_path / "a.csv")
    refused = ("sql", "drop table gold.days;", "", "export", "a.txt", "export", "")
    shown = talk("gold", "days", *refused, "export", out, "export", out, "q")
    assert "error: SQL: DROP is refused" in shown
    assert "error: --out a.txt: must end in" in shown
    assert f"{out}: 3 rows" in shown and "exists; --force" in shown
    assert Path(out).read_text(encoding="utf-8").count("\n") == 4


def test_other_layers_are_chosen_only_when_asked_for(talk: Talk) -> None:
    assert "curated: none of these" in talk("curated")
    shown = talk("curated", "dim", "columns", all_layers=True)
    assert "curated.dim_customers: 0 rows" in shown


def test_earlier_queries_come_back(start: Start, tmp_path: Path) -> None:
    tool = in_sql(start()).type("select 40 + 2 as n;\r").see("42", "1 rows\nsql>")
    assert tool.type(END).code() == 0
    tool = in_sql(start()).type(UP).see("sql> select 40 + 2 as n;")
    tool.type("\r").see("42")
    kept = tmp_path / "state" / "clustr" / "query_history"
    assert "select 40 + 2" in kept.read_text(encoding="utf-8")
    assert kept.stat().st_mode & 0o077 == 0


def test_a_history_that_cannot_be_kept_is_done_without(
    talk: Talk, tmp_path: Path
) -> None:
    (tmp_path / "state").write_text("no folder")
    assert "n\n42\n" in talk("gold", "days", "sql", "select 40 + 2 as n;")


def test_a_terminal_narrows_tables_down_and_completes_names(start: Start) -> None:
    tool = start().see("layer>", " gold   4 tables", " audit  2 tables")
    tool.type("gold\r").see("gold>", " days   3 rows", " empty  0 rows")
    tool.type("em").see("gold> em", " empty  0 rows")
    assert "days" not in tool.shown
    tool.type("\x7f\x7f").see(" days   3 rows").type("day\r")
    tool.see("gold.days>", " rows     scroll", " export   to a CSV")
    tool.type("sql\r").see("sql>").type("select amo").see(" amount  column")
    tool.type("\t\r").see("...>").type("from da").see(" gold.days  table")
    tool.type("\t limit 1;\r").see("...> from gold.days limit 1;", "1 rows\nsql>")
    assert "12345678901234.56" in tool.shown
    assert tool.type(END).code() == 0


@pytest.mark.parametrize("columns", [80, 160])
def test_wide_rows_are_scrolled_and_their_lines_stay_whole(
    start: Start, columns: int
) -> None:
    tool = in_sql(start(columns=columns))
    wide = ", ".join(f"{n} as number_{n:02}" for n in range(30))
    tool.type(f"select {wide} from gold.days;\r")
    tool.see(f"rows 1-3 of 3, columns 1-{columns} of 328; q: back")
    lines = tool.shown.splitlines()
    header = "  ".join(f"number_{n:02}" for n in range(30))
    assert lines[0] == header[:columns].rstrip()
    assert lines[1] == lines[2] == lines[3] and not any(lines[4:-1])
    tool.type(RIGHT).see(header[columns // 2 : columns * 3 // 2].strip())
    tool.type(RIGHT * 9).see("number_29", f"columns {329 - columns}-328 of 328")
    assert tool.type("q").see("sql>").type(END).code() == 0


def test_long_results_are_scrolled_line_by_line(start: Start) -> None:
    tool = in_sql(start()).type("select range as n from range(20000);\r")
    tool.see("rows 1-22 of 10,000,", "; there are more than 10,000 rows")
    assert tool.shown.split()[:3] == ["n", "0", "1"]
    tool.type("j").see("rows 2-23 of").type(" ").see("rows 24-45 of")
    tool.type("k").see("rows 23-44 of").type("G").see("rows 9,979-10,000 of")
    assert tool.shown.split()[:3] == ["n", "9978", "9979"]
    tool.type("g").see("rows 1-22 of").type(BACK).see("sql>")


def test_ctrl_c_stops_a_query_and_leaves_a_list(start: Start) -> None:
    forever = "select sum(range) as n from range(1000000000000);"
    tool = in_sql(start()).type(f"{forever}\r").see("000);")
    tool.interrupt("stopped").see("gold.days>", "Esc: back")
    assert tool.type(STOP).code() == 130


def test_ctrl_c_and_esc_go_back_from_sql_and_lists(start: Start) -> None:
    tool = in_sql(start()).type(f"select 1{STOP}").see("stopped\ngold.days>")
    tool.type(BACK).see("gold.days>\ngold>").type("day").see("gold> day")
    tool.type(BACK).see("layer>\n        gold")
    assert tool.type(BACK).code() == 0


def test_no_color_is_heeded(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = in_sql(start()).type("select 1 as a").see("sql> select 1 as a")
    assert tool.colors != {"default"}
    monkeypatch.setenv("NO_COLOR", "1")
    tool = in_sql(start()).type("select 1 as a").see("sql> select 1 as a")
    assert tool.colors == {"default"}


def test_a_dumb_terminal_gets_plain_lines(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    tool = start().see("  gold   4 tables", "\nlayer>").type("gold\r")
    tool.see("  empty  0 rows", "gold>").type("da\r").see("  export", "gold.days>")
    tool.type("sql\r").see("sql>").type("select * from range(30)\r")
    tool.see("20 rows; there are more than 20 rows\nsql>").type("\r")
    tool.see("sql>\n  rows", "gold.days>").type("q\r")
    assert tool.code() == 0
    assert b"\x1b" not in tool.printed
