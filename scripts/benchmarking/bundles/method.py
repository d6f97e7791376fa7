"""What mines order lines that DuckDB holds, and the project's own engine."""

import importlib.util
import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import ClassVar

import bundle_rules
import duckdb
import int_bundle_candidates as engine
import numpy as np
from scipy.sparse import csr_matrix

# As in dbt_project.yml; a hair below, so that no method rounds a rule away.
MIN_CONFIDENCE = 0.3 - 1e-9
MAX_LENGTH = 6
# No limit of ours stops what a peer goes on with.
MAX_ITEMSETS = 100_000_000

Itemset = tuple[str, ...]
Rule = tuple[Iterable[str], Iterable[str]]


def smallest_count(support: float, baskets: int) -> int:
    """Fewest of so many baskets that reach a support."""
    return engine.smallest_count(support, baskets)


@dataclass(frozen=True)
class Task:
    """Order lines to mine: sets in at least so many of so many baskets."""

    connection: duckdb.DuckDBPyConnection
    min_count: int
    basket_count: int

    @property
    def min_support(self) -> float:
        """A share of the baskets that no rounding takes to another count."""
        return (self.min_count - 0.5) / self.basket_count

    @property
    def lines(self) -> duckdb.DuckDBPyRelation:
        """Order number and product of every line."""
        return self.connection.table("delivered.order_lines")

    @cached_property
    def found(self) -> "engine.Baskets":
        """The baskets, of products that are frequent enough."""
        found = engine.read_baskets(self.lines, self.connection)
        return engine.frequent_only(found, self.min_count)

    def matrix(self) -> "csr_matrix":
        """A row for each basket and a column for each frequent product."""
        found = self.found
        lengths, held = found.rows.lengths, found.rows.held
        ends = np.append(0, np.cumsum(lengths))
        ones = np.ones(len(held), dtype=np.uint8)
        return csr_matrix(
            (ones, held, ends), shape=(self.basket_count, len(found.names))
        )

    def transactions(self) -> list[tuple[int, ...]]:
        """The frequent products of every basket that has any."""
        matrix = self.matrix()
        items, ends = matrix.indices.tolist(), matrix.indptr.tolist()
        rows = itertools.pairwise(ends)
        return [tuple(items[start:end]) for start, end in rows if end > start]


class Method(ABC):
    """A way to find itemsets and rules; making one imports what it needs."""

    package: ClassVar[str]
    # Whether the processor time of this process is all of it.
    works_here: ClassVar[bool] = True

    def __init__(self, task: Task) -> None:
        self.task = task
        self.module = import_module(self.package)

    @classmethod
    def missing(cls) -> str | None:
        """What is not installed that the method needs; None if nothing."""
        name = cls.package.partition(".")[0]
        return None if importlib.util.find_spec(name) else f"package {name}"

    @abstractmethod
    def mine(self) -> None:
        """Find the itemsets."""

    @abstractmethod
    def itemsets(self) -> dict[Itemset, int]:
        """What was found: sorted products to the number of baskets."""


class RuleMethod(Method):
    """One that makes rules with any number of products on both sides."""

    @abstractmethod
    def derive(self) -> None:
        """Make rules of the itemsets."""

    @abstractmethod
    def rules(self) -> Iterator[Rule]:
        """The two sides of each rule."""


class Ours(RuleMethod):
    """`int_bundle_candidates` and `bundle_rules`."""

    package = "int_bundle_candidates"

    def mine(self) -> None:
        """Find the itemsets as the dbt model does."""
        found = engine.read_baskets(self.task.lines, self.task.connection)
        min_count, baskets = self.task.min_count, len(found.rows.lengths)
        limits = engine.Limits(min_count, MAX_LENGTH, MAX_ITEMSETS, min_count / baskets)
        self.found = engine.frequent_itemsets(found, limits)

    def derive(self) -> None:
        """Make rules as the dbt model does."""
        self.made = bundle_rules.association_rules(
            self.found, self.task.basket_count, MIN_CONFIDENCE, MAX_LENGTH
        )

    def itemsets(self) -> dict[Itemset, int]:
        """What was found."""
        return self.found

    def rules(self) -> Iterator[Rule]:
        """The two sides of each rule."""
        return zip(self.made["antecedents"], self.made["consequents"], strict=True)
