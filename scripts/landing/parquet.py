"""Read Parquet columns as text, written the way a CSV would have them."""

import duckdb

from clustr.console import ClustrError
from clustr.sql import glob_free, number, quoted

SIGNED = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"}
UNSIGNED = {"UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"}
AS_THEY_ARE = SIGNED | UNSIGNED | {"BOOLEAN", "DATE", "TIME", "UUID"}


def describe(
    connection: duckdb.DuckDBPyConnection, path: str, label: str
) -> tuple[list[tuple[str, str]], int]:
    """Names and DuckDB types of a Parquet file's columns, and its number of rows.

    Raises
    ------
    ClustrError
        If the file is empty (0 bytes) or is not sound Parquet.
    """
    try:
        described = connection.execute(
            "describe select * from read_parquet(?, hive_partitioning = false)",
            [glob_free(path)],
        ).fetchall()
        rows = number(
            connection,
            "select sum(num_rows) from parquet_file_metadata(?)",
            [glob_free(path)],
        )
    except duckdb.Error as error:
        problem = str(error).splitlines()[0]
        raise ClustrError(f"{label}: not a sound Parquet file: {problem}") from error
    return [(str(row[0]), str(row[1])) for row in described], rows or 0


def as_text(label: str, name: str, kind: str) -> str:
    """SQL that writes a column of DuckDB type `kind` as text.

    Dates are ISO, timestamps `YYYY-MM-DD HH:MM:SS[.ffffff]` (UTC if they carry a
    zone), decimals plain, doubles without `.0` and, where no digit is lost, without
    exponent, booleans true/false, empty texts NULL.

    Raises
    ------
    ClustrError
        If the column holds lists, structures or the like.
    """
    column = quoted(name)
    if kind == "VARCHAR" or kind.startswith("ENUM("):
        return _checked_text(f"cast({column} as varchar)")
    if kind == "BLOB":
        return _checked_text(f"decode({column})")
    if kind in AS_THEY_ARE or kind.startswith("DECIMAL("):
        return f"cast({column} as varchar)"
    if kind in ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"):
        return f"cast({column} as varchar)"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"cast({column} at time zone 'UTC' as varchar)"
    if kind in ("FLOAT", "DOUBLE"):
        return _number_as_text(column, kind)
    if kind == '"NULL"':
        return "cast(null as varchar)"
    raise ClustrError(f"{label}: column {name} is {kind}, not one value per row")


def _checked_text(text: str) -> str:
    """SQL for a text column: empty is NULL, and a NUL byte stops the landing."""
    return f"""case
        when contains({text}, chr(0)) then error('a NUL byte in a text')
        else nullif({text}, '')
    end"""


def _number_as_text(column: str, kind: str) -> str:
    """SQL for a floating-point column; every text reads back as the same number."""
    small = f"rtrim(cast(try_cast({column} as decimal(38, 18)) as varchar), '0')"
    return f"""case
        when not isfinite({column}) then cast({column} as varchar)
        when abs({column}) < 1e36 and {column} = trunc({column})
            then cast(cast({column} as hugeint) as varchar)
        when cast({column} as varchar) not like '%e%' then cast({column} as varchar)
        when try_cast({small} as {kind}) = {column} then {small}
        else cast({column} as varchar)
    end"""
