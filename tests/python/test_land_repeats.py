"""The same rows in other bytes: landed as often as they come, taken by raw once."""

import csv
import gzip
import random
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from shop import FEEDS, Shop

COLUMNS = FEEDS["orders"].columns
HEADER = ",".join(COLUMNS)
ORDERS = f"""{HEADER}
    O1,C1,2025-03-01,WEB,24.00,PAID,
    O2,"Ray ""Bob"", Jr",2025-03-03,WEB,8.00,CANCELLED,
    O3,C9,2025-03-03,app,4.00,PAID,
    O4,,2025-03-04,WEB,4.00,PAID,
    O5,Zoë,2025-03-05,WEB,5.00,PAID,"""


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shuffled(path: Path) -> None:
    header, *lines = path.read_bytes().splitlines(keepends=True)
    random.Random(7).shuffle(lines)
    path.write_bytes(header + b"".join(lines))


def windows(path: Path) -> None:
    """CR LF, a byte order mark, and no end of the last line."""
    text = path.read_bytes().replace(b"\n", b"\r\n").removesuffix(b"\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text)


def blank_lines(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"\n", b"\n\n") + b"\n\n")


def quoted_and_reordered(path: Path) -> None:
    """Every value in quotes, other columns first, one too many, one too few."""
    rows = rows_of(path)
    names = [name for name in reversed(COLUMNS) if name != "updated_at"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(["coupon", *(f" {name.upper()} " for name in names)])
        writer.writerows(["x", *(row[name] for name in names)] for row in rows)


def packed_under_another_name(path: Path) -> None:
    path.with_name("ORDERS.CSV.GZ").write_bytes(
        gzip.compress(path.read_bytes(), mtime=0)
    )
    path.unlink()


def parquet(path: Path) -> None:
    rows = duckdb.connect().read_csv(str(path), header=True, all_varchar=True)
    rows.write_parquet(str(path.with_suffix(".parquet")))
    path.unlink()


def twice_in_one_file(path: Path) -> None:
    with path.open("ab") as file:
        file.write(path.read_bytes().split(b"\n", 1)[1])


def header_alone(path: Path) -> None:
    path.write_text(HEADER + "\n", encoding="utf-8")


def feed_left_out(path: Path) -> None:
    path.rename(path.with_name("refunds.csv")).write_text(
        ",".join(FEEDS["refunds"].columns) + "\n", encoding="utf-8"
    )


LAYOUTS: list[Callable[[Path], None]] = [
    shuffled,
    windows,
    blank_lines,
    quoted_and_reordered,
    packed_under_another_name,
    parquet,
    twice_in_one_file,
    header_alone,
    feed_left_out,
]
VERSIONS = """select record_key, row_hash, batch_id, delivery_id
    from raw.raw_orders order by all"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop whose raw orders are five."""
    shop = Shop(tmp_path_factory.mktemp("shop"))
    shop.land(shop.delivery(orders=ORDERS))
    shop.build("--select", "raw_orders")
    assert len(shop.rows(VERSIONS)) == 5
    return shop


def test_other_bytes_of_the_same_rows_add_no_version(shop: Shop) -> None:
    before = shop.rows(VERSIONS)
    for layout in LAYOUTS:
        folder = shop.delivery(orders=ORDERS)
        layout(folder / "orders.csv")
        shop.land(folder)
    landed = shop.rows(
        "select delivery_id, count(*) from landing.orders group by 1 order by 1"
    )
    assert landed == [*((n, 5) for n in range(1, 8)), (8, 10)]
    # and one row that does differ, to see that raw looks at them at all
    shop.land(shop.delivery(orders=f"{HEADER}\nO1,C1,2025-03-01,WEB,25.00,PAID,"))
    shop.build("--select", "raw_orders")
    added = set(shop.rows(VERSIONS)) - set(before)
    assert len(shop.rows(VERSIONS)) == 6
    assert [(key, delivery) for key, _, _, delivery in added] == [("O1", 11)]


def test_a_complete_file_is_held_to_the_keys_of_raw(shop: Shop) -> None:
    complete = shop.delivery(orders=f"{HEADER}\n O1 ,,,,,,\nO2,,,,,,\nO3,,,,,,")
    result = shop.script("land.py", complete, "--complete", "orders")
    assert result.returncode == 2
    assert "lacks 2 of the 5 known keys of orders" in result.stderr
