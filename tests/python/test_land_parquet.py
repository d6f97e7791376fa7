"""Parquet: typed columns become the text a CSV would have."""

from pathlib import Path

import duckdb
import pytest

from shop import FEEDS
from test_land_shop import ORDERS, ROW, Shop, make_shop


@pytest.fixture
def shop(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Shop:
    return make_shop(tmp_path, monkeypatch, capsys)


def write(shop: Shop, query: str, name: str = "orders.parquet") -> None:
    """Write a query's rows as the shop's delivery."""
    duckdb.connect().sql(query).write_parquet(str(shop.folder / name))


def with_value(value: str) -> str:
    """One order whose customer_id is an SQL expression."""
    return f"""select 1 as " Order_ID", {value} as customer_id, null as order_date,
        'WEB' as channel, 1.50 as total_amount, '' as status, 'x' as extra"""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("date '2024-05-01'", "2024-05-01"),
        ("timestamp '2024-05-01 10:20:30'", "2024-05-01 10:20:30"),
        ("timestamp '2024-05-01 10:20:30.000001'", "2024-05-01 10:20:30.000001"),
        ("timestamp_ns '2024-05-01 10:20:30.5'", "2024-05-01 10:20:30.5"),
        ("timestamptz '2024-05-01 10:20:30+02'", "2024-05-01 08:20:30"),
        ("cast(12.50 as decimal(9, 2))", "12.50"),
        ("cast(17850 as double)", "17850"),
        ("cast(12.5 as double)", "12.5"),
        ("cast(0.1 as float)", "0.1"),
        ("cast(-0.0 as double)", "0"),
        ("cast(1e22 as double)", "10000000000000000000000"),
        ("cast(0.00001 as double)", "0.00001"),
        ("cast(1e-300 as double)", "1e-300"),
        ("cast('nan' as double)", "nan"),
        ("true", "true"),
        ("'007'", "007"),
        ("''", None),
        ("null", None),
        ("encode('é')", "é"),
        ("12345678901234567890::hugeint::decimal(38,0)", "12345678901234567890"),
    ],
)
def test_values_as_text(shop: Shop, value: str, text: str | None) -> None:
    write(shop, with_value(value))
    assert shop.land() == 0, shop.error
    row = "select order_id, customer_id, total_amount, status, line_number"
    assert shop.query(f"{row} from landing.orders") == [("1", text, "1.50", None, 1)]
    assert shop.query("select unknown_columns from landing.delivered_files") == [
        "extra"
    ]


def test_csv_and_parquet_of_the_same_rows_are_the_same(shop: Shop) -> None:
    shop.land_file(orders_csv=ORDERS + ROW)
    path = shop.folder / "orders.csv"
    rows = duckdb.connect().sql(f"from read_csv('{path}')")
    rows.write_parquet(str(path.with_suffix(".parquet")))
    path.unlink()
    assert shop.land() == 0
    # read_csv made a double of 10.00: a Parquet file tells no more than it knows
    columns = ", ".join(FEEDS["orders"].columns)
    replaced = columns.replace("total_amount", "replace(total_amount, '.00', '')")
    assert len(shop.query(f"select distinct {replaced} from landing.orders")) == 1


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            with_value("[1, 2]"),
            "column customer_id is INTEGER[], not one value per row",
        ),
        ("select 1 as order_id", "orders.parquet: column customer_id is missing"),
        (with_value("'\\xE9'::blob"), "orders.parquet: "),
        (
            with_value("'a' || chr(0)"),
            "orders.parquet: Invalid Input Error: a NUL byte",
        ),
    ],
)
def test_a_parquet_file_that_is_refused(shop: Shop, query: str, message: str) -> None:
    write(shop, query)
    assert shop.land() == 2
    assert message in shop.error and shop.error.count("\n") == 1


@pytest.mark.parametrize("content", [b"", b"order_id\n1\n", b"PAR1xxxxPAR1"])
def test_what_is_no_parquet_is_refused(shop: Shop, content: bytes) -> None:
    assert "orders.parquet: " in shop.refusal(orders_parquet=content)


def test_a_cut_off_parquet_file_is_refused(shop: Shop) -> None:
    write(shop, with_value("'x'"))
    path = shop.folder / "orders.parquet"
    assert "sound Parquet" in shop.refusal(orders_parquet=path.read_bytes()[:-20])


def test_no_rows_is_an_empty_feed(shop: Shop) -> None:
    write(shop, with_value("'x'") + " where false")
    assert shop.land() == 0
    assert shop.query("select count(*) from landing.orders") == [0]


def test_the_name_of_the_folder_is_no_column(shop: Shop) -> None:
    shop.folder = shop.folder / "status=hive"
    shop.folder.mkdir()
    write(shop, with_value("'x'").replace("'' as status, ", ""))
    assert shop.land() == 2
    assert "orders.parquet: column status is missing" in shop.error
