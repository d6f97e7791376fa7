"""Columns with DuckDB's names of types, in which Parquet files are written."""

from dataclasses import dataclass

# numeric without a precision may hold any number: no decimal of DuckDB does
MOST_DIGITS = 38
NUMERIC = 1700
OF_POSTGRES = {
    16: "BOOLEAN",
    17: "BLOB",
    20: "BIGINT",
    21: "SMALLINT",
    23: "INTEGER",
    114: "JSON",
    700: "FLOAT",
    701: "DOUBLE",
    1005: "SMALLINT[]",
    1007: "INTEGER[]",
    1009: "VARCHAR[]",
    1015: "VARCHAR[]",
    1016: "BIGINT[]",
    1022: "DOUBLE[]",
    1082: "DATE",
    1083: "TIME",
    1114: "TIMESTAMP",
    1184: "TIMESTAMP WITH TIME ZONE",
    1186: "INTERVAL",
    2950: "UUID",
    3802: "JSON",
}
NUMBERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"} | {
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
    *("DECIMAL", "DOUBLE", "FLOAT"),
}


@dataclass(frozen=True)
class Column:
    """A column of a result."""

    name: str
    kind: str
    """Its type, as DuckDB writes it."""

    @property
    def is_number(self) -> bool:
        """Whether it is aligned to the right."""
        return not self.kind.endswith("]") and self.kind.split("(")[0] in NUMBERS


def kind_of_postgres(oid: int, precision: int | None, scale: int | None) -> str:
    """DuckDB's name for a type of PostgreSQL; VARCHAR for one without a match.

    A numeric without a precision is a DOUBLE.
    """
    if oid != NUMERIC:
        return OF_POSTGRES.get(oid, "VARCHAR")
    if precision is None or scale is None or not 0 <= scale <= precision <= MOST_DIGITS:
        return "DOUBLE"
    return f"DECIMAL({precision},{scale})"
