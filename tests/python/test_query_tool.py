"""The tool that looks into the warehouse: what it shows, writes and refuses."""

import csv
import io
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

import query_tool
from looked_into import FORMULAS, make_file, printed, refused, run
from querying.reading import CHUNK

HOLD = """
import sys, duckdb
held = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "w.duckdb"
    make_file(path)
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(path))
    monkeypatch.delenv("CLUSTR_GOLD_PATH", raising=False)
    monkeypatch.delenv("DBT_TARGET", raising=False)
    return path


def test_lists_gold_and_audit_and_the_rest_only_when_asked(warehouse: Path) -> None:
    listed = [line.split() for line in printed().splitlines()]
    assert listed[0] == ["layer", "table", "rows"]
    assert ["gold", "days", "3"] in listed and ["audit", "log", "1"] in listed
    assert "curated" not in printed()
    assert "rejected_rows" not in printed()
    assert "curated  dim_customers" in printed("--all-layers")
    assert "audit    rejected_rows" in printed("--all-layers")
    assert [line.split()[0] for line in printed().splitlines()[1:]] == [
        *["gold"] * 4,
        *["audit"] * 2,
    ]


def test_json_keeps_every_digit_and_tells_null_from_empty(warehouse: Path) -> None:
    text = printed("gold.days", "--format", "json")
    first, second, third = json.loads(text, parse_float=Decimal)
    assert first == {
        "day_id": 1,
        "name": 'a"b, c',
        "amount": Decimal("12345678901234.56"),
        "day": "2024-02-29",
        "seen_at": "2024-02-29 23:59:59.500000",
        "share": Decimal("0.1"),
        "is_open": True,
    }
    assert second["name"] == "" and third["name"] is None
    assert json.loads(printed("empty", "--format", "json")) == []
    nested = "select [1, null] as l, {'a': 1.50} as s, 'nan'::double as n, '\x01' as c"
    assert json.loads(printed("--sql", nested, "--format", "json")) == [
        {"l": [1, None], "s": {"a": 1.5}, "n": "nan", "c": "\x01"}
    ]


def test_csv_is_read_back_as_it_was(warehouse: Path) -> None:
    header, *rows = csv.reader(io.StringIO(printed("days")))
    assert header[:3] == ["day_id", "name", "amount"]
    assert rows[0][:3] == ["1", 'a"b, c', "12345678901234.56"]
    assert rows[1] == [
        *("2", "", "-0.50", "2024-03-01", "2024-03-01 00:00:00", "-2.0", "false"),
    ]
    assert rows[2] == ["3", *[""] * 6]
    assert printed("gold.empty") == "a,b\n"
    assert printed("days").splitlines()[2].startswith('2,"",')
    assert printed("days").splitlines()[3] == "3,,,,,,"


def test_csv_has_no_formulas_unless_raw(warehouse: Path, tmp_path: Path) -> None:
    values = ", ".join(f"('{text}')" for text in (*FORMULAS, "a=1", "'q"[1:]))
    sql = f"select v, -1 as n, -1.5::decimal(4,1) as d from (values {values}) t(v)"
    out = tmp_path / "f.csv"
    printed("--sql", sql, "--out", out)
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    assert [row[0] for row in rows] == [*(f"'{t}" for t in FORMULAS), "a=1", "q"]
    assert {tuple(row[1:]) for row in rows} == {("-1", "-1.5")}
    raw = printed("--sql", sql, "--raw", "--format", "csv")
    cells = [row[0] for row in csv.reader(io.StringIO(raw, newline=""))][1:]
    assert cells == [*FORMULAS, "a=1", "q"]
    assert printed("--sql", 'select 1 as "=a"').splitlines()[0] == "'=a"


def test_a_table_is_cut_and_says_so_and_hides_what_steers(warehouse: Path) -> None:
    many = ("--sql", "select range as n from range(30)")
    result = run(*many, "--format", "table")
    assert len(result.stdout.splitlines()) == 1 + 20
    assert result.stderr.startswith("cut after 20 rows, there are more; --limit")
    whole = run(*many, "--format", "table", "--limit", "30")
    assert len(whole.stdout.splitlines()) == 31 and whole.stderr == ""
    assert len(printed(*many).splitlines()) == 31
    assert "cut after 7 rows" in run(*many, "--limit", "7").stderr
    assert printed(*many, "--limit", "0") == "n\n"
    escape = printed("--sql", "select chr(27) || '[2J' as a", "--format", "table")
    assert "\x1b" not in escape and "\\x1b[2J" in escape
    long = printed("--sql", "select repeat('x', 99) as a", "--format", "table")
    assert long.splitlines()[1] == "x" * 59 + "…"


def test_columns_have_types_nulls_and_distinct_values(warehouse: Path) -> None:
    heading, names, *lines = printed("gold.days", "--columns").splitlines()
    assert heading == "gold.days: 3 rows"
    assert names.split() == ["column", "type", "nulls", "distinct"]
    assert lines[0].split() == ["day_id", "BIGINT", "0", "3"]
    assert lines[1].split() == ["name", "VARCHAR", "1", "2"]
    assert lines[2].split() == ["amount", "DECIMAL(18,2)", "1", "2"]
    assert 'sel"ect' in printed('gold.od"d', "--columns")
    assert printed("gold.empty", "--columns").startswith("gold.empty: 0 rows\n")


def test_parquet_keeps_types_and_values(warehouse: Path, tmp_path: Path) -> None:
    out = tmp_path / "it's.parquet"
    assert "3 rows" in run("gold.days", "--out", out).stderr
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        types = "select column_name, column_type from (describe {})"
        literal = str(out).replace("'", "''")
        for ask in ("from {}", types.format("from {}")):
            expected = connection.execute(ask.format("gold.days")).fetchall()
            assert connection.execute(ask.format(f"'{literal}'")).fetchall() == expected


def test_parquet_takes_any_type_and_many_rows(warehouse: Path, tmp_path: Path) -> None:
    out = tmp_path / "t.parquet"
    columns = """
        [1, null] as l, {'a': 'x'} as s, map {'k': 1} as m, '\\x00a'::blob as b,
        interval 25 hour as i, null as n, '00000000-0000-0000-0000-000000000001'::uuid
        as u, time '01:02:03' as ti, timestamptz '2024-01-01 00:00:00+00' as tz,
        170141183460469231731687303715884105727::hugeint as h, 1 as a, 2 as A
    """
    many = f"select {columns}, case when range > 3000 then 'z' end as late"
    sql = f"{many} from range({CHUNK + 7})"
    assert run("--sql", sql, "--out", out).returncode == 0
    read = duckdb.execute("from read_parquet(?)", [str(out)])
    rows = read.fetchall()
    with duckdb.connect() as connection:
        expected = connection.execute(sql).fetchall()
    assert len(rows) == CHUNK + 7
    # Parquet has no hugeint, DuckDB writes a double
    assert [row[:9] + row[10:] for row in rows] == [
        row[:9] + row[10:] for row in expected
    ]
    assert [one[0] for one in read.description or []][-3:] == ["a", "A_2", "late"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.parquet", "w.duckdb"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["gold.dais"], "table gold.dais: there is none; did you mean gold.days?"),
        (["zzzz"], "table zzzz: there is none; without a name, all are listed"),
        (["twice"], "table twice: there are several; write gold.twice or audit.twice"),
        (["dim_customers"], "curated.dim_customers may hold personal data; add --all"),
        (["rejected_rows"], "audit.rejected_rows may hold personal data; add --all"),
        (["days; drop table gold.days"], "there is none"),
        (["days", "--limit", "-1"], "--limit -1: must be from 0"),
        (["days", "--limit", "9" * 30], "must be from 0"),
        (["days", "--format", "xml"], "--format xml: must be one of table, csv"),
        (["days", "--format", "parquet"], "--format parquet: needs --out FILE"),
        (["days", "--out", "a.txt"], "--out a.txt: must end in one of .csv, .json"),
        (["days", "--out", "a.csv", "--format", "json"], "--out a.csv is csv"),
        (["days", "--out", "no/a.csv"], "folder no does not exist"),
        (["--sql", "select bogus"], 'DuckDB: Binder Error: Referenced column "bogus"'),
        (["--sql", "selec 1"], "DuckDB: Parser Error: syntax error"),
        (["--sql", "select 1; select 2"], "SQL: 2 statements; give one"),
        (["--sql", " -- nothing"], "SQL: 0 statements; give one"),
        (["--sql", "select cast('x' as int)"], "DuckDB: Conversion Error"),
    ],
)
def test_says_in_one_line_what_is_wrong(
    warehouse: Path, arguments: list[str], said: str
) -> None:
    assert said in refused(*arguments)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["days", "--sql", "select 1"], "--sql: not together with the table days"),
        (["--columns"], "--columns: needs a table"),
        (["days", "--limit", "x"], "--limit: invalid int value: 'x'"),
        (["days", "--nonsense"], "unrecognized arguments: --nonsense"),
    ],
)
def test_the_command_line_is_judged_in_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as error:
        query_tool.main(arguments)
    assert error.value.code == 2
    line = capsys.readouterr().err
    assert said in line and line.count("\n") == 1


def test_names_need_no_schema_and_no_capitals(warehouse: Path) -> None:
    assert printed("DAYS") == printed("gold.days")
    assert printed('od"d') == '"sel""ect"\n'
    assert printed("curated.dim_customers", "--all-layers") == "email\n"


def test_a_file_is_replaced_only_by_force_and_only_whole(
    warehouse: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.csv"
    out.write_text("old")
    assert "exists; --force replaces it" in refused("days", "--out", out)
    fails = f"select cast(if(range = {CHUNK + 1}, 'x', '1') as int) from range(9999)"
    assert "Conversion Error" in refused("--sql", fails, "--out", out, "--force")
    assert out.read_text() == "old"
    assert printed("days", "--out", out, "--force") == ""
    assert out.read_text().startswith("day_id,")
    assert {path.name for path in tmp_path.iterdir()} == {"a.csv", "w.duckdb"}


def test_a_folder_or_the_warehouse_is_no_file_to_write(
    warehouse: Path, tmp_path: Path
) -> None:
    (tmp_path / "d.csv").mkdir()
    assert "d.csv: is not a file" in refused("days", "--out", tmp_path / "d.csv")
    (tmp_path / "w.csv").symlink_to(warehouse)
    wrong = refused("days", "--out", tmp_path / "w.csv", "--force")
    assert "is the warehouse itself" in wrong


def test_no_warehouse_and_no_tables_are_one_line_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(tmp_path / "none.duckdb"))
    assert "no warehouse here" in refused("days", "--target", "duckdb")
    duckdb.connect(tmp_path / "none.duckdb").close()
    assert "holds no tables; run `make build`" in refused("--target", "duckdb")
    with duckdb.connect(tmp_path / "none.duckdb") as landed:
        landed.execute("create schema landing; create table landing.users (a int)")
    assert "nothing is built yet; run `make build`" in refused("--target", "duckdb")
    assert "did you mean landing.users? Add --all-layers" in refused("raw.user")


def test_names_the_published_copy_while_a_build_runs(warehouse: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={k: v for k, v in os.environ.items() if not k.startswith("COV")},
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        without = refused("days")
        copy = warehouse.with_name("w_gold.duckdb")
        copy.touch()
        with_copy = refused("days")
        holder.communicate()
    assert "in use by" in without and "scripts/publish.py makes a copy" in without
    assert f"read the published gold: CLUSTR_DUCKDB_PATH={copy}" in with_copy
