"""The warehouses a delivery can be landed in; a new one is a module and a line."""

from collections.abc import Callable
from fractions import Fraction

from landing import duckdb_target, postgres_target
from landing.delivery import Delivery
from landing.report import Landing

Target = Callable[[Delivery, Fraction], Landing]

TARGETS: dict[str, Target] = {
    "duckdb": duckdb_target.land,
    "postgres": postgres_target.land,
}
