"""The menu of query_tool.py: choose, look, ask, export, go back and leave."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from select import select

import pytest

from clustr.feeds import PROJECT
from looked_into import make_file
from querying.duckdb_reader import opened_duckdb
from querying.menu import menu

Talk = Callable[..., str]


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "w.duckdb"
    make_file(path)
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(path))
    monkeypatch.delenv("DBT_TARGET", raising=False)
    return path


@pytest.fixture
def talk(
    warehouse: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Talk:
    """Give answers to the menu, all of them needed; what it prints."""

    def run(*answers: str, all_layers: bool = False) -> str:
        left = list(answers)

        def said(question: str) -> str:
            if not left:
                raise EOFError
            return left.pop(0)

        monkeypatch.setattr("builtins.input", said)
        with opened_duckdb() as reader:
            menu(reader, all_layers=all_layers)
        assert left == []
        captured = capsys.readouterr()
        return captured.out + captured.err

    return run


def test_leads_to_rows_columns_sql_and_back(talk: Talk) -> None:
    shown = talk("1", "days", "1", "2", "3", "select 40 + 2 as n", "b", "b", "b")
    assert "12345678901234.56" in shown
    assert "gold.days: 3 rows" in shown and "DECIMAL(18,2)" in shown
    assert "n\n42\n" in shown
    assert "curated" not in shown


def test_exports_and_says_what_fails_and_goes_on(talk: Talk, tmp_path: Path) -> None:
    out = str(tmp_path / "a.csv")
    refused = ("3", "drop table gold.days", "3", "", "4", "a.txt", "4", "")
    shown = talk("gold", "days", *refused, "4", out, "4", out, "q")
    assert "error: SQL: DROP is refused" in shown
    assert "error: --out a.txt: must end in" in shown
    assert f"{out}: 3 rows" in shown and "exists; --force" in shown
    assert Path(out).read_text(encoding="utf-8").count("\n") == 4


def test_asks_again_and_shows_other_layers_when_asked(talk: Talk) -> None:
    shown = talk("9", "x", "curated", "dim_customers", "Q", all_layers=True)
    assert "'9': none of these" in shown and "'x': none of these" in shown
    assert "curated.dim_customers" in shown


def test_end_of_input_ends_it(talk: Talk) -> None:
    assert talk("1", "days", "3").endswith("\n")


@pytest.mark.parametrize(("key", "code"), [(b"\x04", 0), (None, 130), (b"q\n", 0)])
def test_a_terminal_gets_the_menu_and_may_leave_it(
    warehouse: Path, key: bytes | None, code: int
) -> None:
    ours, theirs = pty.openpty()
    # what a shell starts in the background has been told to ignore Ctrl-C
    heeding = ("env", "--default-signal=INT")
    process = subprocess.Popen(
        [*heeding, sys.executable, str(PROJECT / "scripts" / "query_tool.py")],
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
    )
    seen = b""
    try:
        while b"q quit: " not in seen:
            assert select([ours], [], [], 20)[0], seen
            seen += os.read(ours, 1024)
        if key is None:
            process.send_signal(signal.SIGINT)
        else:
            os.write(ours, key)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=3)
        if key is None and process.poll() is None:
            # a signal between the prompt and readline's waiting is lost
            process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
        os.close(ours)
        os.close(theirs)
    assert process.returncode == code
    assert said.strip() == b""
    assert b"gold" in seen and b"audit" in seen
