"""The page of `verify.py --html`: what it says, and that it needs nothing else."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

import verify
from shop import Shop


class Reader(HTMLParser):
    """Cells of each section's tables, and every address that the page names."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.section = ""
        self.rows: dict[str, list[list[str]]] = {}
        self.addresses: list[str] = []
        self.scripts = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a section, a row or a cell."""
        named = dict(attrs)
        self.addresses += [named[a] or "" for a in ("src", "href") if a in named]
        self.scripts += tag == "script"
        if tag == "h2":
            self.section = named["id"] or ""
        if tag == "tr":
            self.rows.setdefault(self.section, []).append([])
        if tag in ("td", "th"):
            self.rows[self.section][-1].append("")

    def handle_data(self, data: str) -> None:
        """Add to the last cell."""
        rows = self.rows.get(self.section)
        if rows and rows[-1] and data.strip():
            rows[-1][-1] += data


@pytest.fixture
def warehouse(demo_shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The built demo as a file of the test's own."""
    path = tmp_path / "shop.duckdb"
    shutil.copy(demo_shop.warehouse, path)
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(path))
    monkeypatch.setenv("DBT_TARGET_PATH", str(demo_shop.folder / "target"))
    return path


def change(path: Path, sql: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(sql)


def page_of(folder: Path, *, code: int = 0) -> Reader:
    """The page as it is written now."""
    file = folder / "report.html"
    assert verify.main(["--html", str(file)]) == code
    return Reader(file.read_text(encoding="utf-8"))


def test_the_page_says_what_the_warehouse_holds(
    warehouse: Path, tmp_path: Path
) -> None:
    page = page_of(tmp_path)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        ask = connection.execute
        rejects = ask(
            "select source_table, replace(rule, '_', ' '), count(*)::varchar, '0'"
            " from audit.rejected_rows group by source_table, rule"
            " order by count(*) desc, source_table, rule"
        ).fetchall()
        orders = ask("select count(*) from raw.raw_orders").fetchall()
        scored = ask("select count(*) from gold.scorecard").fetchall()
        gold = ask(
            "select count(*), sum(estimated_size) from duckdb_tables()"
            " where schema_name = 'gold'"
        ).fetchall()
    assert [tuple(row) for row in page.rows["rejected"][1:]] == rejects
    fresh = {row[0]: row[2] for row in page.rows["freshness"][1:]}
    assert fresh["orders"] == f"{orders[0][0]:,}"
    layers = {row[0]: row[1:] for row in page.rows["rows"][1:]}
    assert layers["gold"] == [str(gold[0][0]), f"{gold[0][1]:,}"]
    assert len(page.rows["scorecard"]) - 1 == scored[0][0]
    (build,) = page.rows["builds"][1:]
    assert build[0] == "1" and build[2] == "SUCCESS"
    seconds = [float(row[2]) for row in page.rows["models"][1:]]
    assert len(seconds) == 15 and seconds == sorted(seconds, reverse=True)


def test_the_page_needs_no_other_file(warehouse: Path, tmp_path: Path) -> None:
    assert warehouse.exists()
    page = page_of(tmp_path)
    inside = re.compile(r"#[\w-]+")
    assert [a for a in page.addresses if not inside.fullmatch(a)] == []
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "url(http" not in text and "@import" not in text
    assert text.count("<svg") == 2


def test_what_fails_is_on_top_and_texts_are_no_html(
    warehouse: Path, tmp_path: Path
) -> None:
    change(
        warehouse,
        "update gold.sales_summary_daily set gross = gross + 1 where units > 9;"
        "insert into audit.pipeline_node_log (execution_id, node_name, status,"
        " error_message) select distinct execution_id, 'unique_x', 'FAIL',"
        " '<script>alert(1)</script>'"
        " from audit.pipeline_execution_log;"
        "update audit.rejected_rows set rule = '<b>bold' where rule = 'null_key'",
    )
    page = page_of(tmp_path, code=1)
    assert page.scripts == 0
    assert page.rows["reconciliation"][1][0] == "WARN"
    assert any(row[0] == "FAIL" for row in page.rows["reconciliation"][1:5])
    (build,) = page.rows["builds"][1:]
    assert build[2] == "FAILED"
    assert build[5] == "unique_x: <script>alert(1)</script>"
    assert any(row[1] == "<b>bold" for row in page.rows["rejected"][1:])


def test_models_of_another_build_are_not_shown(warehouse: Path, tmp_path: Path) -> None:
    change(warehouse, "update audit.pipeline_execution_log set execution_id = 'other'")
    assert "models" not in page_of(tmp_path).rows


def test_an_empty_shop_has_a_page(
    empty_shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(empty_shop.warehouse))
    page = page_of(tmp_path)
    assert "rejected" not in page.rows
    assert {row[2] for row in page.rows["freshness"][1:]} == {"0"}
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "No row was rejected." in text and ">none</b>" in text


def test_a_page_that_cannot_be_written_is_named(
    warehouse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert warehouse.exists()
    file = tmp_path / "missing" / "report.html"
    assert verify.main(["--html", str(file)]) == 2
    assert f"error: --html {file}: No such file" in capsys.readouterr().err
