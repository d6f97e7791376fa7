"""The commands behind `make build` and `make test`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import content_hashes
import preflight
import with_postgres
from clustr.console import EXIT_CHECK_FAILED, EXIT_COULD_NOT_RUN, EXIT_OK
from clustr.feeds import PROJECT, load_feeds, load_truth_tables


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse file with one gold table of two rows and a log."""
    path = tmp_path / "w.duckdb"
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(path))
    change(path, "create schema gold; create schema audit; create schema other")
    change(path, "create table gold.days as select 1 as day, 'a' as name")
    change(path, "insert into gold.days values (2, null)")
    change(path, "create table audit.pipeline_node_log as select 1 as run")
    change(path, "create table other.mine as select 1 as run")
    return path


def change(path: Path, sql: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(sql)


def hashes(capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert content_hashes.main([]) == EXIT_OK
    return capsys.readouterr().out


def test_hashes_do_not_depend_on_the_order_of_rows(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = hashes(capsys)
    assert before.startswith("gold.days 2 ")
    assert len(before.splitlines()) == 1
    change(
        warehouse, "create or replace table gold.days as from gold.days order by -day"
    )
    assert hashes(capsys) == before


@pytest.mark.parametrize(
    "sql",
    [
        "update gold.days set name = '' where name is null",
        "update gold.days set name = case when name is null then 'a' end",
        "insert into gold.days select * from gold.days limit 1",
        "delete from gold.days where day = 1",
        "create table gold.new as select 1 as day",
        "drop table gold.days",
    ],
)
def test_any_change_is_named(
    warehouse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], sql: str
) -> None:
    before = tmp_path / "before.txt"
    before.write_text(hashes(capsys))
    assert content_hashes.main(["--compare", str(before)]) == EXIT_OK
    change(warehouse, sql)
    capsys.readouterr()
    assert content_hashes.main(["--compare", str(before)]) == EXIT_CHECK_FAILED
    changed = "gold.new" if "new" in sql else "gold.days"
    assert capsys.readouterr().out.startswith(f"{changed} changed: rows ")


def test_hashes_refuse_what_is_no_warehouse_and_no_list(
    warehouse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("gold.days\n")
    assert content_hashes.main(["--compare", str(wrong)]) == EXIT_COULD_NOT_RUN
    assert "line 1" in capsys.readouterr().err
    warehouse.unlink()
    assert content_hashes.main([]) == EXIT_COULD_NOT_RUN
    assert "make build" in capsys.readouterr().err


def test_preflight_lets_a_demo_build_start(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert warehouse.exists()
    assert preflight.main([]) == EXIT_OK
    assert capsys.readouterr().out == ""


def test_preflight_keeps_seeds_from_deliveries(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(warehouse, "create schema landing")
    change(warehouse, "create table landing.delivered_files (delivery_id bigint)")
    assert preflight.main([]) == EXIT_OK
    assert capsys.readouterr().out == ""
    change(warehouse, "insert into landing.delivered_files values (1)")
    assert preflight.main([]) == EXIT_OK
    assert capsys.readouterr().out == "--exclude resource_type:seed\n"


def test_preflight_names_who_holds_the_warehouse(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1); input()"
    with subprocess.Popen(
        [sys.executable, "-u", "-c", hold, str(warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        code = preflight.main([])
        holder.kill()
    assert code == EXIT_COULD_NOT_RUN
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert f"process {holder.pid}" in error


def test_preflight_refuses_a_folder_that_is_not_there(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(tmp_path / "nowhere" / "w.duckdb"))
    assert preflight.main([]) == EXIT_COULD_NOT_RUN
    assert "nowhere does not exist" in capsys.readouterr().err


def test_preflight_makes_no_warehouse_for_what_reads_one(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert preflight.main(["--read-only"]) == EXIT_OK
    warehouse.unlink()
    assert preflight.main(["--read-only"]) == EXIT_COULD_NOT_RUN
    assert "no warehouse here; run `make build` first" in capsys.readouterr().err
    assert not warehouse.exists()


def test_preflight_refuses_a_project_it_cannot_write(
    warehouse: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: path != PROJECT and mode)
    assert preflight.main([]) == EXIT_COULD_NOT_RUN
    assert "not writable" in capsys.readouterr().err
    assert warehouse.exists()


def test_preflight_makes_missing_seeds_again(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = tmp_path / "seeds"
    (seeds / "truth").mkdir(parents=True)
    for path in (PROJECT / "seeds").rglob("*"):
        if path.is_file() and path.name != "orders.csv":
            shutil.copy(path, seeds / path.relative_to(PROJECT / "seeds"))
    monkeypatch.setattr(preflight, "PROJECT", tmp_path)
    assert preflight.main([]) == EXIT_OK
    for name in ("orders.csv", "truth/truth_totals.csv"):
        assert (seeds / name).read_bytes() == (PROJECT / "seeds" / name).read_bytes()
    assert warehouse.exists()


def test_a_folder_without_seeds_misses_all_of_them(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    (seeds / "truth").mkdir(parents=True)
    for path in (PROJECT / "seeds").rglob("*.yml"):
        shutil.copy(path, seeds / path.relative_to(PROJECT / "seeds"))
    expected = len(load_feeds()) + len(load_truth_tables())
    assert len(preflight.missing_seeds(tmp_path)) == expected


def test_a_command_finds_a_postgres_server(capfd: pytest.CaptureFixture[str]) -> None:
    ask = (
        "import psycopg2; c = psycopg2.connect('').cursor(); c.execute('select 40 + 2')"
    )
    command = [sys.executable, "-c", f"{ask}; print(c.fetchone()); raise SystemExit(7)"]
    code = with_postgres.main(command)
    assert "(42,)" in capfd.readouterr().out
    assert code == 7


def test_postgres_wants_a_command_that_exists(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit):
        with_postgres.main([])
    monkeypatch.setattr(with_postgres, "SERVER_PACKAGE", "no_such_package")
    assert with_postgres.main(["true"]) == EXIT_COULD_NOT_RUN
    assert "no_such_package is not installed" in capsys.readouterr().err


def bash(*command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/bash", *command],
        env={"PATH": "/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_check_refuses_a_name_it_does_not_know() -> None:
    done = bash(PROJECT / "scripts" / "check", "ruff", "nonsense")
    assert done.returncode == EXIT_COULD_NOT_RUN
    assert done.stderr.startswith(
        "error: no check is called nonsense; there are: ruff "
    )


@pytest.mark.parametrize(
    ("version", "said"),
    [("3.9.18", "python3 is 3.9.18"), (None, "found none")],
)
def test_setup_says_which_python_it_found(
    tmp_path: Path, version: str | None, said: str
) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(PROJECT / "scripts" / "setup", tmp_path / "scripts")
    (tmp_path / "requirements.txt").write_text("six==1.17.0\n")
    for tool in ("dirname", "cmp", "cat", "grep"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    if version:
        fake = tmp_path / "bin" / "python3"
        fake.write_text(f"#!/bin/bash\necho {version}\n")
        fake.chmod(0o755)
    setup = tmp_path / "scripts" / "setup"
    done = bash(setup, "requirements.txt", PATH=str(tmp_path / "bin"))
    assert done.returncode == EXIT_COULD_NOT_RUN
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
