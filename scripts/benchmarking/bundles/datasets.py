"""Baskets to measure with, each as a DuckDB file with a table of order lines."""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from benchmarking.measuring import run
from clustr.console import progress
from clustr.feeds import PROJECT
from clustr.sql import glob_free, literal, quoted

SHARED_DATA = PROJECT.parent / "shared" / "data"
# Most lines that are generated at once; beyond, their orders are repeated.
GENERATED = 10_000_000
SEED = 42

# The lines of a generated delivery, whatever became of the orders.
GENERATED_SQL = """
    create table order_lines as
    select 'WEB-' || order_id as order_id, product_sku
    from read_parquet({order_lines})
    union all
    select 'POS-' || transaction_id, product_sku from read_parquet({sales})
"""
GROCERIES_SQL = """
    create table order_lines as
    select transaction_id as order_id, trim(item) as product_sku
    from read_csv({file}, header = true, all_varchar = true)
"""
ONLINE_RETAIL_SQL = """
    create table order_lines as
    select InvoiceNo as order_id, StockCode as product_sku
    from read_parquet({file})
    where InvoiceNo not like 'C%' and Quantity > 0 and UnitPrice > 0
"""
# One basket a line, items apart by blanks (fimi.uantwerpen.be).
FIMI_SQL = """
    create table order_lines as
    with
    baskets as (
        select
            cast(row_number() over () as text) as order_id,
            string_split(trim(line), ' ') as items
        from read_csv(
            {file}, header = false, delim = '\\x01', columns = {{'line': 'text'}}
        )
    )
    select order_id, unnest(items) as product_sku from baskets
"""

Connection = duckdb.DuckDBPyConnection
Make = Callable[[Connection], None]


def from_file(sql: str, file: Path) -> Make:
    """Make the table by SQL that reads a file."""

    def make(connection: Connection) -> None:
        connection.execute(sql.format(file=_literal(file)))

    return make


def _literal(path: Path) -> str:
    return literal(glob_free(str(path)))


def generated(lines: int) -> Make:
    """Make up a shop of so many lines; beyond `GENERATED`, its orders several times.

    So the counts at a fixed support are then multiples of those of `GENERATED` lines.
    """

    def make(connection: Connection) -> None:
        scale = min(lines, GENERATED)
        with tempfile.TemporaryDirectory(prefix="clustr-") as folder:
            delivery = Path(folder, "delivery")
            generate = (sys.executable, PROJECT / "scripts" / "generate_data.py")
            sizes = ("--scale", str(scale), "--seed", str(SEED))
            log = Path(folder, "generate.log")
            run((*generate, *sizes, "--out", delivery), log, {}, PROJECT)
            files = {
                name: _literal(delivery / f"{name}.parquet")
                for name in ("order_lines", "sales")
            }
            connection.execute(GENERATED_SQL.format(**files))
        if lines > scale:
            connection.execute(f"""
                create or replace table order_lines as
                select repetition || '-' || order_id as order_id, product_sku
                from order_lines cross join range({lines // scale}) as _ (repetition)
            """)

    return make


def sparse(connection: Connection) -> None:
    """Make up 100,000 baskets of ten products on average, in the manner of T10I4D100K.

    Baskets are filled from 2,000 patterns of four products on average, a product of a
    pattern being left out now and then (Agrawal & Srikant, 1994), and from single ones.
    """
    rng = np.random.default_rng(SEED)
    baskets, products, patterns = 100_000, 1_000, 2_000
    weights = rng.exponential(size=patterns)
    sizes = 1 + rng.poisson(3, size=patterns)
    starts = np.cumsum(sizes) - sizes
    members = rng.choice(products, size=int(sizes.sum()))
    drawn = rng.choice(patterns, size=2 * baskets, p=weights / weights.sum())
    lengths = sizes[drawn]
    shifts = np.repeat(starts[drawn] - np.cumsum(lengths) + lengths, lengths)
    held = members[shifts + np.arange(len(shifts))]
    orders = np.repeat(np.arange(len(drawn)) % baskets, lengths)
    is_kept = rng.random(len(held)) < 0.75
    singles = rng.integers(0, products, size=4 * baskets)
    _fill(
        connection,
        np.concatenate([orders[is_kept], np.arange(4 * baskets) % baskets]),
        np.concatenate([held[is_kept], singles]),
    )


def dense(connection: Connection) -> None:
    """Make up 8,000 rows of 23 attributes that hang together, like mushroom.

    Each row is of one of twelve kinds, and has the kind's value of an attribute in
    four cases of five.
    """
    rng = np.random.default_rng(SEED)
    rows, attributes, kinds = 8_000, 23, 12
    values = rng.integers(2, 10, size=attributes)
    typical = (rng.random((kinds, attributes)) ** 2 * values).astype(int)
    other = (rng.random((rows, attributes)) ** 2 * values).astype(int)
    kind = rng.integers(0, kinds, size=rows)
    held = np.where(rng.random((rows, attributes)) < 0.8, typical[kind], other)
    items = held + np.cumsum(values) - values
    _fill(connection, np.repeat(np.arange(rows), attributes), items.ravel())


def _fill(connection: Connection, orders: np.ndarray, products: np.ndarray) -> None:
    lines = {"orders": orders, "products": products}
    connection.register("lines", lines)
    connection.execute("""
        create table order_lines as
        select cast(orders as text) as order_id, cast(products as text) as product_sku
        from lines
    """)
    connection.unregister("lines")


@dataclass(frozen=True)
class Dataset:
    """Baskets, the supports to mine them at, and the file that they are read from."""

    name: str
    supports: tuple[float, ...]
    make: Make
    file: Path | None = None

    def cases(self) -> dict[str, float]:
        """Name of each case to its support."""
        return {f"{self.name}@{support:g}": support for support in self.supports}

    @property
    def is_present(self) -> bool:
        """Whether there is the file; what is made up always is."""
        return self.file is None or self.file.exists()

    def database(self, folder: Path) -> Path:
        """The DuckDB file with the order lines, made where missing."""
        path = folder / f"{self.name}.duckdb"
        if not path.exists():
            progress(f"making {self.name} ...")
            new = path.with_suffix(".new")
            new.unlink(missing_ok=True)
            with duckdb.connect(str(new)) as connection:
                self.make(connection)
            new.rename(path)
        return path


def size_of(database: Path) -> tuple[int, int]:
    """Order lines and baskets in the table of a file."""
    with duckdb.connect(str(database), read_only=True) as connection:
        ((lines, baskets),) = connection.execute(
            f"select count(*), count(distinct order_id) from {quoted('order_lines')}"
        ).fetchall()
    return lines, baskets


def _delivered(name: str, supports: tuple[float, ...], sql: str, file: str) -> Dataset:
    path = SHARED_DATA / file
    return Dataset(name, supports, from_file(sql, path), path)


DATASETS = {
    dataset.name: dataset
    for dataset in (
        _delivered(
            *("groceries", (0.01, 0.001), GROCERIES_SQL),
            "groceries/groceries_long.csv.gz",
        ),
        _delivered(
            *("online_retail", (0.01, 0.003), ONLINE_RETAIL_SQL),
            "online_retail/online_retail.parquet",
        ),
        _delivered(
            "fimi_retail", (0.01, 0.001, 0.0002), FIMI_SQL, "fimi/retail.dat.gz"
        ),
        _delivered("fimi_mushroom", (0.3, 0.05), FIMI_SQL, "fimi/mushroom.dat.gz"),
        _delivered("fimi_chess", (0.8, 0.4), FIMI_SQL, "fimi/chess.dat.gz"),
        Dataset("sparse", (0.01, 0.001, 0.0002), sparse),
        Dataset("dense", (0.3, 0.02), dense),
        Dataset("lines_10000", (0.01,), generated(10_000)),
        Dataset("lines_1000000", (0.00055, 0.0001), generated(1_000_000)),
        Dataset("lines_10000000", (0.00055, 0.0001), generated(10_000_000)),
        Dataset("lines_100000000", (0.00055,), generated(100_000_000)),
    )
}
