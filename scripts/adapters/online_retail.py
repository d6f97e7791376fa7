"""Turn the UCI Online Retail file into a delivery of the till feed.

    python scripts/adapters/online_retail.py online_retail.parquet deliveries/uci

Reads the Parquet or CSV form of the file (InvoiceNo, StockCode, Description, Quantity,
InvoiceDate, UnitPrice, CustomerID, Country) and writes customers, products, timeframe,
transactions and sales as Parquet, every column text. Same file, same bytes.
Exit code 0: written; 2: could not.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from clustr.console import EXIT_OK, ClustrError, fail, progress
from clustr.feeds import load_feeds
from clustr.sql import glob_free, quoted

COLUMNS = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)

# One row per line of the file; position counts the lines of an invoice in file order.
LINES = """
create temp table lines as
with typed as (
    select
        file_line,
        InvoiceNo as transaction_id,
        StockCode as product_sku,
        nullif(trim(Description), '') as product_name,
        cast(Quantity as integer) as quantity,
        coalesce(
            try_cast(InvoiceDate as timestamp),
            strptime(InvoiceDate, ['%m/%d/%Y %H:%M', '%m/%d/%Y %H:%M:%S'])
        ) as sold_at,
        cast(UnitPrice as decimal(18, 4)) as unit_price,
        nullif(regexp_replace(CustomerID, '[.]0+$', ''), '') as customer_id,
        Country as country
    from delivered
)
select
    *,
    cast(round(quantity * unit_price, 2) as decimal(18, 2)) as line_total,
    row_number() over (partition by transaction_id order by file_line) as position
from typed
"""

# Each query gives the columns of its feed that the file knows; the rest stay empty.
FEEDS = {
    # a customer seen in two countries lives where the latest invoice was sent
    "customers": """
        select customer_id, arg_max(country, (sold_at, file_line)) as country
        from lines where customer_id is not null
        group by customer_id order by customer_id""",
    # one name and one price of several: the most frequent, then the first by order
    "products": """
        with
        names as (
            select product_sku, product_name, row_number() over (
                partition by product_sku order by count(*) desc, product_name
            ) as place
            from lines where product_name is not null
            group by product_sku, product_name
        ),
        prices as (
            select product_sku, unit_price, row_number() over (
                partition by product_sku order by count(*) desc, unit_price
            ) as place
            from lines where unit_price > 0
            group by product_sku, unit_price
        ),
        skus as (select distinct product_sku from lines)
        select skus.product_sku, names.product_name, plain(prices.unit_price) as price
        from skus
        left join names
            on skus.product_sku = names.product_sku and names.place = 1
        left join prices
            on skus.product_sku = prices.product_sku and prices.place = 1
        order by skus.product_sku""",
    "timeframe": """
        select distinct
            strftime(sold_at, '%Y%m%d') as time_id,
            strftime(sold_at, '%Y-%m-%d') as date,
            extract(day from sold_at) as day,
            extract(month from sold_at) as month,
            extract(year from sold_at) as year
        from lines order by time_id""",
    # a few invoices span two minutes: the earliest is theirs
    "transactions": """
        select
            transaction_id,
            min(customer_id) as customer_id,
            strftime(min(sold_at), '%Y%m%d') as time_id,
            sum(line_total) as transaction_amount,
            'WEB' as channel
        from lines group by transaction_id order by min(file_line)""",
    "sales": """
        select
            transaction_id || '-' || printf('%04d', position) as sale_id,
            transaction_id,
            product_sku,
            quantity,
            plain(unit_price) as unit_price,
            line_total
        from lines order by file_line""",
}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line, like every other error."""

    def error(self, message: str) -> NoReturn:
        raise ClustrError(f"{message}; see {self.prog} --help")


def read_lines(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Make the table `lines` from the file.

    Raises
    ------
    ClustrError
        If the file is missing, is neither Parquet nor CSV, lacks a column or holds a
        value that is no number or date.
    """
    if not file.is_file():
        raise ClustrError(f"{file}: no such file")
    if file.name.lower().endswith(".parquet"):
        reader, number = "read_parquet(?, file_row_number = true)", "file_row_number"
    elif file.name.lower().endswith((".csv", ".csv.gz")):
        reader = "read_csv(?, header = true, all_varchar = true, delim = ',')"
        number = "row_number() over ()"
    else:
        raise ClustrError(f"{file}: neither .parquet nor .csv nor .csv.gz")
    path = [glob_free(str(file))]
    try:
        described = connection.execute(f"describe select * from {reader}", path)
        names = {str(row[0]).lower() for row in described.fetchall()}
        for column in COLUMNS:
            if column.lower() not in names:
                raise ClustrError(f"{file}: column {column} is missing")
        texts = ", ".join(
            f"cast({column} as varchar) as {column}" for column in COLUMNS
        )
        connection.execute(
            f"create temp table delivered as select {texts}, {number} as file_line "
            f"from {reader}",
            path,
        )
        connection.execute(LINES)
    except duckdb.Error as error:
        raise ClustrError(f"{file}: {str(error).splitlines()[0]}") from error


def write_feeds(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    """Write each feed to `<folder>/<feed>.parquet`, and return its number of rows.

    Raises
    ------
    ClustrError
        If the folder cannot be made or written.
    """
    connection.execute(
        "create macro plain(amount) as rtrim(rtrim(cast(amount as varchar), '0'), '.')"
    )
    feeds, counts = load_feeds(), {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, query in FEEDS.items():
            progress(f"writing {name}")
            described = connection.execute(f"describe {query}").fetchall()
            known = {str(row[0]) for row in described}
            texts = ", ".join(
                f"cast({quoted(column) if column in known else 'null'} as varchar)"
                f" as {quoted(column)}"
                for column in feeds[name].columns
            )
            rows = connection.sql(f"select {texts} from ({query})")
            rows.write_parquet(str(folder / f"{name}.parquet"), compression="zstd")
            counted = connection.execute(f"select count(*) from ({query})").fetchall()
            counts[name] = int(counted[0][0])
    except OSError as error:
        raise ClustrError(f"{folder}: {error.strerror}") from error
    except duckdb.Error as error:
        raise ClustrError(f"{folder}: {str(error).splitlines()[0]}") from error
    return counts


def main(argv: Sequence[str] | None = None) -> int:
    """Write the delivery and print each feed's number of rows."""
    description = str(__doc__).splitlines()[0]
    parser = _Parser(prog="online_retail.py", description=description)
    parser.add_argument("file", metavar="FILE", type=Path, help="Parquet or CSV")
    parser.add_argument("folder", metavar="OUT_DIR", type=Path, help="the delivery")
    try:
        arguments = parser.parse_args(argv)
        with duckdb.connect() as connection:
            read_lines(connection, arguments.file)
            counts = write_feeds(connection, arguments.folder)
    except ClustrError as error:
        return fail(error)
    for name, count in counts.items():
        print(f"{name:<12}  {count:>9,} rows")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
