"""The adapter's delivery against figures taken straight from the UCI file."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from adapters import online_retail
from clustr.feeds import PROJECT, load_feeds
from clustr.sql import quoted

FILE = PROJECT.parent / "shared" / "data" / "online_retail" / "online_retail.parquet"
needs_file = pytest.mark.skipif(
    not FILE.exists(), reason=f"the Online Retail file is not at {FILE}"
)
HEAD = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
)


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole file, turned into a delivery once."""
    folder = tmp_path_factory.mktemp("uci")
    assert online_retail.main([str(FILE), str(folder)]) == 0
    return folder


@pytest.fixture
def tables(delivery: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The delivery's five files as views, and the UCI file as `uci`."""
    with duckdb.connect() as connection:
        for path in [*delivery.iterdir(), FILE]:
            name = quoted("uci" if path == FILE else path.stem)
            connection.execute(f"create view {name} as from '{path}'")
        yield connection


def write(folder: Path, *lines: str) -> Path:
    """A small CSV form of the file."""
    path = folder / "small.csv"
    path.write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
    return path


@needs_file
def test_the_published_figures(tables: duckdb.DuckDBPyConnection) -> None:
    row = tables.sql(
        """select count(*), count(distinct t.customer_id),
        count(distinct transaction_id), count(distinct s.product_sku),
        cast(sum(cast(s.quantity as int) * cast(s.unit_price as decimal(12, 3)))
            as varchar)
        from sales as s join transactions as t using (transaction_id)
        where t.customer_id is not null and transaction_id not like 'C%'
        and cast(s.quantity as int) > 0 and cast(s.unit_price as double) > 0"""
    ).fetchall()
    assert row == [(397_884, 4_338, 18_532, 3_665, "8911407.904")]


@needs_file
def test_every_line_and_every_cent_is_there(tables: duckdb.DuckDBPyConnection) -> None:
    lines = "count(*), count(distinct sale_id), sum(cast(line_total as decimal(18, 2)))"
    file = "count(*), count(*), sum(round(Quantity * UnitPrice, 2))"
    delivered = tables.sql(f"select {lines} from sales").fetchall()
    assert delivered == tables.sql(f"select {file} from uci").fetchall()
    assert delivered[0][0] == 541_909
    different = tables.sql(
        """select count(*) from (
            (select InvoiceNo, StockCode, Quantity, UnitPrice from uci)
            except all
            (select transaction_id, product_sku, cast(quantity as int),
            cast(unit_price as decimal(12, 3)) from sales))"""
    ).fetchall()
    assert different == [(0,)]


@needs_file
def test_transactions_are_the_invoices(tables: duckdb.DuckDBPyConnection) -> None:
    different = tables.sql(
        """with invoices as (
            select InvoiceNo as transaction_id,
            cast(max(CustomerID) as varchar) as customer_id,
            strftime(min(InvoiceDate), '%Y%m%d') as time_id,
            cast(sum(round(Quantity * UnitPrice, 2)) as varchar) as amount
            from uci group by InvoiceNo)
        select count(*), count(*) filter (where t.customer_id is distinct from
            i.customer_id or t.time_id != i.time_id or t.transaction_amount != i.amount
            or channel != 'WEB' or payment_type is not null)
        from transactions as t full join invoices as i using (transaction_id)"""
    ).fetchall()
    assert different == [(25_900, 0)]


@needs_file
def test_dimensions(tables: duckdb.DuckDBPyConnection) -> None:
    for name, column, source in (
        ("customers", "customer_id", "CustomerID"),
        ("products", "product_sku", "StockCode"),
        ("timeframe", "date", "cast(InvoiceDate as date)"),
    ):
        counts = f"select count(*), count(distinct {column}) from {name}"
        distinct = tables.sql(f"select count(distinct {source}) from uci").fetchall()
        assert tables.sql(counts).fetchall() == [distinct[0] * 2]
    known = "select product_name, price from products where product_sku = '85123A'"
    name, price = "WHITE HANGING HEART T-LIGHT HOLDER", "2.95"
    assert tables.sql(known).fetchall() == [(name, price)]


@needs_file
def test_columns_are_the_feeds_and_text(tables: duckdb.DuckDBPyConnection) -> None:
    for name in online_retail.FEEDS:
        described = tables.sql(f"describe {name}").fetchall()
        assert tuple(row[0] for row in described) == load_feeds()[name].columns
        assert {row[1] for row in described} == {"VARCHAR"}


@needs_file
def test_same_file_same_bytes(delivery: Path, tmp_path: Path) -> None:
    assert online_retail.main([str(FILE), str(tmp_path)]) == 0
    for path in delivery.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_the_csv_form_and_its_rules(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        '1,85123a,"Lamp, red",2,12/1/2010 8:26,2.555,17850.0,United Kingdom',
        '1,85123a,"Lamp, red",2,12/2/2010 0:01,2.555,17850.0,United Kingdom',
        "1,85123A,,1,12/1/2010 8:27,0,17850.0,United Kingdom",
        "C2,85123a,Lamp,-2,2010-12-02 23:59:00,10,17850,France",
        "A3,B,Adjust bad debt,1,2010-12-03 00:00:00,-11062.06,,United Kingdom",
    )
    assert online_retail.main([str(file), str(tmp_path)]) == 0
    sales = duckdb.connect().sql(f"from '{tmp_path}/sales.parquet'").fetchall()
    assert sales == [
        ("1-0001", "1", "85123a", "2", "2.555", "5.11"),
        ("1-0002", "1", "85123a", "2", "2.555", "5.11"),
        ("1-0003", "1", "85123A", "1", "0", "0.00"),
        ("C2-0001", "C2", "85123a", "-2", "10", "-20.00"),
        ("A3-0001", "A3", "B", "1", "-11062.06", "-11062.06"),
    ]
    transactions = (
        duckdb.connect().sql(f"from '{tmp_path}/transactions.parquet'").fetchall()
    )
    assert transactions == [
        ("1", "17850", "20101201", "10.22", "WEB", None),
        ("C2", "17850", "20101202", "-20.00", "WEB", None),
        ("A3", None, "20101203", "-11062.06", "WEB", None),
    ]
    products = (
        f"select product_sku, product_name, price from '{tmp_path}/products.parquet'"
    )
    assert duckdb.connect().sql(products).fetchall() == [
        ("85123A", None, None),
        ("85123a", "Lamp, red", "2.555"),
        ("B", "Adjust bad debt", None),
    ]
    customers = f"select customer_id, country from '{tmp_path}/customers.parquet'"
    assert duckdb.connect().sql(customers).fetchall() == [("17850", "France")]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("no.csv", None, "no such file"),
        ("x.xlsx", b"x", "neither .parquet nor .csv"),
        ("x.parquet", b"x", "x.parquet: "),
        ("x.csv", b"InvoiceNo,StockCode\n1,2\n", "column Description is missing"),
        ("x.csv", f"{HEAD}\n1,a,b,many,2010-12-02,1,,UK\n".encode(), "'many'"),
        ("x.csv", f"{HEAD}\n1,a,b,1,never,1,,UK\n".encode(), "never"),
    ],
)
def test_what_cannot_be_read_is_one_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes | None,
    message: str,
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert online_retail.main([str(tmp_path / name), str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ") and error.count("\n") == 1 and message in error
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, "1,a,b,1,2010-12-02,1,,UK")
    assert online_retail.main([str(file), str(file)]) == 2
    assert online_retail.main(["only-one"]) == 2
    assert capsys.readouterr().err.count("error: ") == 2
