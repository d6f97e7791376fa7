"""CSV: nothing is guessed, nothing is swallowed, every row has its line."""

import csv
import gzip
import io
import random
from pathlib import Path
from typing import Any

import pytest

from clustr.console import ClustrError
from landing import reading, source
from landing.csv_scan import CsvScanner
from landing.source import Source
from test_land_shop import ORDERS, ROW, Shop, make_shop

LINES = "select order_id, line_number from landing.orders order by line_number"


@pytest.fixture
def shop(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Shop:
    return make_shop(tmp_path, monkeypatch, capsys)


def orders(*rows: str, end: str = "\n") -> str:
    """Orders with the given first three values each, the rest fixed."""
    lines = [ORDERS.strip(), *(f"{row},WEB,1.00,completed" for row in rows)]
    return end.join(lines) + end


def test_header_in_any_order_case_and_padding(shop: Shop) -> None:
    text = (
        " Status,TOTAL_AMOUNT ,channel,order_date,customer_id,Order_ID\na,b,c,d,e,f\n"
    )
    assert shop.land_file(orders_csv=text) == 0
    row = "select order_id, customer_id, status, updated_at from landing.orders"
    assert shop.query(row) == [("f", "e", "a", None)]


def test_unknown_columns_are_left_out_and_told(shop: Shop) -> None:
    text = "coupon,,order_id,customer_id,order_date,channel,total_amount,status\n"
    assert shop.land_file(orders_csv=text + "x,y,1,2,3,4,5,6\n") == 0
    unknown = "coupon, (column 2, without a name)"
    assert shop.query("select order_id, status from landing.orders") == [("1", "6")]
    told = shop.query("select unknown_columns from landing.delivered_files")
    assert told == [unknown] and unknown in shop.out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "orders.csv: is empty (0 bytes)"),
        (b"\n\n", "orders.csv: is empty: not even a header"),
        (b"\xef\xbb\xbf", "orders.csv: is empty: not even a header"),
        ("order_id\n1\n", "orders.csv: column customer_id is missing"),
        (ORDERS.replace(",", ";"), "order_id is missing; values must be separated by"),
        (
            "order_id, ORDER_ID ,x\n1,1,1\n",
            "orders.csv: column order_id is there twice",
        ),
        (
            'order_id,"a\nb"\n',
            "orders.csv, line 1: the header spans more than one line",
        ),
        (orders("1,Zoé,3").encode("latin-1"), "line 2: byte 5 of the line: byte 0xE9"),
        (orders("1,2,3").encode("utf-16"), "orders.csv: this is UTF-16 text"),
        (orders("1,2,3").encode("utf-16-le"), "line 1: byte 2 of the line: a NUL"),
        (orders("1,2,3", "a\0b,2,3"), "line 3: byte 2 of the line: a NUL byte"),
        (orders("1,2,3", '2,"x,3', "4,5,6"), "line 3: a quote is opened and never"),
        (
            orders("1,2,3", '2,"x,3', '4,"a",6'),
            "line 3: text follows the closing quote",
        ),
        (orders('1,"x"y,3'), "line 2: text follows the closing quote"),
        (orders('1, "x, y",3'), "line 2: a blank stands before the opening quote"),
        (orders("1,2,3", "2,3,4", end="\r\n") + ROW, "line 4: ends in LF"),
        (orders("1,2,3") + ROW.replace("\n", "\r\n"), "line 3: ends in CR LF"),
        (orders("1,2\r3,4"), "line 2: a carriage return that ends no line"),
        (orders("1,2,3", end="\r"), "line 1: a carriage return that ends no line"),
        (gzip.compress(ORDERS.encode(), mtime=0), "orders.csv: this is gzip data"),
    ],
)
def test_a_file_that_is_refused(shop: Shop, content: str | bytes, message: str) -> None:
    assert message in shop.refusal(orders_csv=content)


@pytest.mark.parametrize("content", [ORDERS, ORDERS.strip(), ORDERS + "\n\n"])
def test_a_header_alone_is_an_empty_feed(shop: Shop, content: str) -> None:
    assert shop.land_file(orders_csv=content) == 0
    assert shop.query(LINES) == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", ["", "end"])
def test_line_ends_byte_order_mark_and_blank_lines(
    shop: Shop, end: str, mark: str, last: str
) -> None:
    text = mark + end + orders("1,2,3", end=end) + end + end + orders("2,3,4", end=end)
    text = text.replace(end + ORDERS.strip() + end + "2,", end + "2,")
    shop.land_file(orders_csv=text if last else text.removesuffix(end))
    assert shop.query(LINES) == [("1", 3), ("2", 6)]


def test_values_are_kept_byte_for_byte(shop: Shop) -> None:
    values = ["007", "1e5", "null", "NA", "NULL", " x ", "#1", "Zoë ✓", '12" r', "\\N"]
    values += ['a "quoted", comma', "two\nlines", "cr\r\nlf", "'", "1.50", "-0"]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([v, "", "x"] for v in values)
    rows = out.getvalue().replace(",,x\n", ",,x,,,\n").replace('"12"" r"', '12" r')
    assert shop.land_file(orders_csv=ORDERS + rows) == 0
    assert shop.query(LINES.replace(", line_number from", " from")) == values


def test_empty_and_quoted_empty_are_both_null(shop: Shop) -> None:
    shop.land_file(orders_csv=ORDERS + '1,,"",WEB,,x\n')
    row = "select customer_id, order_date, total_amount from landing.orders"
    assert shop.query(row) == [(None, None, None)]


def test_lines_with_a_wrong_field_count_are_set_apart(shop: Shop) -> None:
    text = orders("1,2,3", '2,"a\nb",3', "3,x,3,4", "4,x", "5,6,7")
    surplus = "6,2,3,WEB,1.00,completed,\n"  # DuckDB alone would land this one
    shop.land_file(orders_csv=text + "\n" + surplus + "   \n" + '""\n')
    assert shop.query(LINES) == [("1", 2), ("2", 3), ("5", 7)]
    rejected = shop.query(
        """select line_number, payload from landing.rejected_lines
        where rule = 'field_count' and source_table = 'orders'
        and source_filename = 'orders.csv' and delivery_id = 1 order by 1"""
    )
    assert rejected == [
        (5, "3,x,3,4,WEB,1.00,completed"),
        (6, "4,x,WEB,1.00,completed"),
        (9, surplus.strip()),
        (10, "   "),
        (11, '""'),
    ]
    counts = "select rows_read, rows_landed, rows_rejected from landing.delivered_files"
    assert shop.query(counts) == [(8, 3, 5)]


def test_gzip_in_parts_and_broken(shop: Shop) -> None:
    packed = gzip.compress(ORDERS.encode()) + gzip.compress(ROW.encode())
    assert shop.land_file(orders_gz=packed) == 0
    assert shop.query(LINES) == [("1", 2)]
    assert "orders.csv.gz: broken gzip" in shop.refusal(orders_gz=packed[:-9])
    assert "orders.csv.gz: broken gzip" in shop.refusal(orders_gz=b"order_id\n1\n")


def test_a_long_value_is_fine_an_endless_one_is_not(shop: Shop) -> None:
    assert shop.land_file(orders_csv=orders(f"1,{'x' * 5_000_000},3", "2,3,4")) == 0
    assert shop.query("select max(length(customer_id)) from landing.orders") == [
        5000000
    ]
    endless = orders("1,2,3", f"2,{'x' * (34 << 20)},3")
    assert "line 3: a record longer than 32 MiB" in shop.refusal(orders_csv=endless)


def test_many_lines_in_quotes_over_the_readers_buffers(shop: Shop) -> None:
    """Values whose text looks like rows: DuckDB's parallel reader mistakes them."""
    text = '"' + "1,2,3,4,5,6\n" * 40_000 + '"'
    rows = "".join(f"{n},{text},3,WEB,1.00,completed\n" for n in range(150))
    assert shop.land_file(orders_csv=ORDERS + rows) == 0
    counts = "select count(*), count(distinct customer_id), max(line_number)"
    expected = [(150, 1, 2 + 149 * 40_001)]
    assert shop.query(counts + " from landing.orders") == expected


@pytest.mark.parametrize("extra", ["", "\n\n"])
def test_rows_that_duckdb_does_not_read_refuse_the_delivery(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, extra: str
) -> None:
    """The scan counts the rows; whatever makes the reader differ is found."""
    text = orders("1,2,3", "2,3,4") + extra + ROW
    honest = reading._csv
    monkeypatch.setattr(reading, "_csv", lambda scan, skip: honest(scan, skip + 1))
    assert "orders.csv: 3 good rows counted, 2 read" in shop.refusal(orders_csv=text)


class _Lists:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.good: list[int] = []
        self.bad: list[int] = []

    def reject(self, lines: Any, payloads: list[str]) -> None:
        self.bad += lines.tolist()

    def number(self, lines: Any) -> None:
        self.good += lines.tolist()


@pytest.mark.parametrize("seed", range(20))
def test_the_scan_agrees_with_the_csv_module(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Random text in blocks of a few bytes: what is accepted is read alike."""
    rng, path = random.Random(seed), tmp_path / "random.csv"
    agreed = 0
    for _ in range(100):
        monkeypatch.setattr(source, "BLOCK_BYTES", rng.choice([1, 3, 16, 999]))
        pieces = ['"a"', ",", "\n", '"b\n"', 'c"c', '""', "x,é"]
        drawn = (rng.choice(pieces) for _ in range(rng.randrange(30)))
        text = "a,b,c\n" + "".join(drawn)
        path.write_text(text, encoding="utf-8", newline="")
        sink = _Lists()
        try:
            CsvScanner(Source(path, "random.csv"), sink).run()
        except ClustrError:
            continue
        reader, line = csv.reader(io.StringIO(text, newline="")), 1
        lines: tuple[list[int], list[int]] = ([], [])
        for record in reader:
            if record and line > 1:
                lines[len(record) != 3].append(line)
            line = reader.line_num + 1
        assert (sink.good, sink.bad) == lines, text
        agreed += 1
    assert agreed > 10
