"""The peers of the project's engine, each mining order lines that DuckDB holds.

Every peer is handed what suits it best: the project's engine has read the baskets and
dropped the products that are too rare before it begins.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from benchmarking.bundles.method import (
    MAX_LENGTH,
    MIN_CONFIDENCE,
    Itemset,
    Method,
    Ours,
    Rule,
    RuleMethod,
    Task,
)


class Tabled(RuleMethod):
    """A method whose itemsets are a table of supports and column numbers."""

    made: pd.DataFrame
    table: pd.DataFrame
    # By column number, where the columns are not the numbered products.
    names: Sequence[str] = ()

    def itemsets(self) -> dict[Itemset, int]:
        """What was found."""
        names = self.names or self.task.found.names
        return {
            _named(items, names): round(support * self.task.basket_count)
            for items, support in zip(
                self.table["itemsets"], self.table["support"], strict=True
            )
        }

    def rules(self) -> Iterator[Rule]:
        """The two sides of each rule."""
        names = self.names or self.task.found.names
        for left, right in zip(
            self.made["antecedents"], self.made["consequents"], strict=True
        ):
            yield _named(left, names), _named(right, names)


class MlxtendApriori(Tabled):
    """mlxtend's Apriori on the table of booleans that it asks for."""

    package = "mlxtend.frequent_patterns"
    algorithm: ClassVar[str] = "apriori"
    options: ClassVar[Mapping[str, bool]] = {}

    def mine(self) -> None:
        """Find the itemsets."""
        table = pd.DataFrame(self.task.matrix().toarray().astype(bool))
        self.table = getattr(self.module, self.algorithm)(
            table,
            min_support=self.task.min_support,
            max_len=MAX_LENGTH,
            **self.options,
        )

    def derive(self) -> None:
        """Make rules of the itemsets, if there are any: it refuses none."""
        if self.table.empty:
            self.made = pd.DataFrame({"antecedents": [], "consequents": []})
            return
        self.made = self.module.association_rules(
            self.table, metric="confidence", min_threshold=MIN_CONFIDENCE
        )


class MlxtendAprioriLowMemory(MlxtendApriori):
    """The same, one candidate after another, where not all of them fit at once."""

    options: ClassVar[Mapping[str, bool]] = {"low_memory": True}


class MlxtendFpgrowth(MlxtendApriori):
    """mlxtend's FP-growth."""

    algorithm = "fpgrowth"


class EfficientApriori(RuleMethod):
    """efficient-apriori, on tuples of numbers."""

    package = "efficient_apriori"

    def mine(self) -> None:
        """Find the itemsets."""
        transactions = self.task.transactions()
        transactions += [()] * (self.task.basket_count - len(transactions))
        self.found, self.basket_count = self.module.itemsets_from_transactions(
            transactions, min_support=self.task.min_support, max_length=MAX_LENGTH
        )

    def derive(self) -> None:
        """Make rules of the itemsets."""
        self.made = list(
            self.module.generate_rules_apriori(
                self.found, MIN_CONFIDENCE, self.basket_count
            )
        )

    def itemsets(self) -> dict[Itemset, int]:
        """What was found."""
        names = self.task.found.names
        return {
            _named(items, names): count
            for of_size in self.found.values()
            for items, count in of_size.items()
        }

    def rules(self) -> Iterator[Rule]:
        """The two sides of each rule."""
        names = self.task.found.names
        return ((_named(r.lhs, names), _named(r.rhs, names)) for r in self.made)


class Pyfim(Method):
    """Borgelt's FP-growth by pyfim; its rules have one consequent only."""

    package = "fim"

    def mine(self) -> None:
        """Find the itemsets."""
        self.found = self.module.fpgrowth(
            self.task.transactions(),
            target="s",
            supp=-self.task.min_count,
            zmax=MAX_LENGTH,
            report="a",
        )

    def itemsets(self) -> dict[Itemset, int]:
        """What was found."""
        names = self.task.found.names
        return {_named(items, names): int(count) for items, count in self.found}


class RusketFpgrowth(Tabled):
    """rusket's FP-growth, on the sparse matrix that it is fastest with."""

    package = "rusket"

    def mine(self) -> None:
        """Find the itemsets."""
        miner = self.module.FPGrowth(
            self.task.matrix(),
            min_support=self.task.min_support,
            max_len=MAX_LENGTH,
            use_colnames=False,
        )
        self.table = miner.mine()

    def derive(self) -> None:
        """Make rules of the itemsets."""
        self.made = self.module.association_rules(
            self.table,
            num_itemsets=self.task.basket_count,
            metric="confidence",
            min_threshold=MIN_CONFIDENCE,
        )


class RusketFrame(RusketFpgrowth):
    """rusket's FP-growth from the order lines as a data frame, as its guide shows."""

    def mine(self) -> None:
        """Find the itemsets."""
        held = self.module.from_transactions(
            self.task.lines.df(), transaction_col="order_id", item_col="product_sku"
        )
        miner = self.module.FPGrowth(
            held,
            min_support=self.task.min_support,
            max_len=MAX_LENGTH,
            use_colnames=False,
        )
        self.table = miner.mine()
        self.names = [str(column) for column in held.columns]


class PysparkFpgrowth(Method):
    """Spark's FP-growth on all processors of this machine, from a Parquet file.

    It knows no greatest length: larger itemsets are dropped when it has found them. Its
    rules have one consequent only.
    """

    package = "pyspark.ml.fpm"
    works_here = False

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        session = import_module("pyspark.sql").SparkSession
        self.spark = (
            session.builder.master("local[*]")
            .config("spark.driver.memory", "6g")
            .config("spark.ui.enabled", "false")
            .getOrCreate()
        )

    @classmethod
    def missing(cls) -> str | None:
        """What is not installed that the method needs; None if nothing."""
        return super().missing() or (None if shutil.which("java") else "java")

    def mine(self) -> None:
        """Find the itemsets."""
        functions = import_module("pyspark.sql.functions")
        with tempfile.TemporaryDirectory(prefix="clustr-") as folder:
            path = str(Path(folder, "lines.parquet"))
            self.task.lines.write_parquet(path)
            baskets = (
                self.spark.read.parquet(path)
                .groupBy("order_id")
                .agg(functions.collect_set("product_sku").alias("items"))
            )
            model = self.module.FPGrowth(minSupport=self.task.min_support).fit(baskets)
            size = functions.size("items")
            self.found = model.freqItemsets.where(size <= MAX_LENGTH).collect()

    def itemsets(self) -> dict[Itemset, int]:
        """What was found."""
        return {tuple(sorted(row["items"])): row["freq"] for row in self.found}


def _named(items: Iterable[Any], names: Sequence[str]) -> Itemset:
    return tuple(sorted(names[int(item)] for item in items))


OURS = "ours"
METHODS: dict[str, type[Method]] = {
    OURS: Ours,
    "mlxtend_apriori": MlxtendApriori,
    "mlxtend_apriori_low": MlxtendAprioriLowMemory,
    "mlxtend_fpgrowth": MlxtendFpgrowth,
    "efficient_apriori": EfficientApriori,
    "pyfim_fpgrowth": Pyfim,
    "rusket_fpgrowth": RusketFpgrowth,
    "rusket_frame": RusketFrame,
    "pyspark_fpgrowth": PysparkFpgrowth,
}
