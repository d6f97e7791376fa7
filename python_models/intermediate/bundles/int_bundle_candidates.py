"""Itemsets that may be frequent (Agrawal & Srikant, 1994), counted exactly.

Mined at a support somewhat below the one asked for, and kept for as long as they can be
shown to miss nothing: the pre-large itemsets of Hong, Wang & Tao (2001). How often they
occur on which day is `int_bundle_daily_counts`. The smallest support, the largest
itemset and how many there may be are dbt variables, handed over in `meta`.

exception: longer than other models, because dbt runs a Python model as one file.
"""

import itertools
import json
import math
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

import numpy as np
import pandas as pd
from dbt_common.events.functions import fire_event
from dbt_common.events.types import Note

Itemset = tuple[str, ...]
Codes = tuple[int, ...]

# Cells of what is counted at once, some megabytes for each array of them.
BLOCK_CELLS = 500_000
# A product of bits costs as much as counting so many pairs, and so many for each cell.
BITS_START = 20_000
BITS_CELL = 0.003
# Words that are looked at as they are, sooner than a product is begun.
FEW_WORDS = 300_000
# Fewest items of a long basket, or an eighth of all items if that is more.
SHORTEST_LONG = 64
# Candidates of a size that are counted for each itemset that may be found.
CANDIDATES_PER_ITEMSET = 100

COLUMNS: dict[str, str] = {
    "load_id": "int64",
    "itemset_id": "int64",
    "parent_id": "Int64",
    "product_sku": "str",
    "itemset": "str",
    "item_count": "int64",
    "basket_count": "int64",
    "lines_load_id": "int64",
    "smallest_count": "int64",
    "max_length": "int64",
    "first_day": "datetime64[us]",
    "mined_until": "datetime64[us]",
}

# Small codes for what is on most lines.
PRODUCTS_SQL = """
    select
        product_sku,
        row_number() over (order by count(*) desc, product_sku) - 1 as item
    from basket_lines
    group by product_sku
"""
# Numbers of baskets. Hashes take less time and memory than sorting names, and where two
# baskets share one there are fewer of them than baskets.
NUMBERS_SQL = (
    "hash(basket_lines.order_id) >> {item_bits}",
    "cast(dense_rank() over (order by basket_lines.order_id) as ubigint)",
)
CELLS_SQL = """
    select
        (({number}) << {item_bits}) | cast(basket_products.item as ubigint) as cell
    from basket_lines
    inner join basket_products on basket_lines.product_sku = basket_products.product_sku
"""


class Limits(NamedTuple):
    """What to look for: sets in so many baskets, so large, and no more than so many.

    `min_support` is what `min_count` was worked out from, to name one that would do.
    """

    min_count: int
    max_length: int
    max_itemsets: int
    min_support: float


def check_thresholds(min_support: float, max_length: int, max_itemsets: int) -> None:
    """Refuse thresholds that mean nothing.

    Raises
    ------
    ValueError
        If `min_support` lies outside (0, 1] or one of the others is below 1; the
        message names the variable and its value.
    """
    if not 0 < min_support <= 1:
        raise ValueError(f"bundle_min_support must lie in (0, 1], not {min_support}")
    if max_length < 1:
        raise ValueError(f"bundle_max_length must be at least 1, not {max_length}")
    if max_itemsets < 1:
        raise ValueError(f"bundle_max_itemsets must be at least 1, not {max_itemsets}")


def support_of(value: Any) -> float:
    """The smallest support as a number.

    Raises
    ------
    ValueError
        If `value` is no number; the message names the variable and the value.
    """
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        message = f"bundle_min_support must lie in (0, 1], not {value}"
        raise ValueError(message) from error


def smallest_count(min_support: float, basket_count: int) -> int:
    """Fewest baskets that reach a support: ceil(min_support * basket_count).

    The product is taken a hair low, because 0.07 * 100 is above 7 in floating point;
    never below 1.
    """
    return max(1, math.ceil(min_support * basket_count * (1 - 1e-12)))


class TooManyItemsetsError(ValueError):
    """A support at which there is more to find than was allowed."""


class Rows(NamedTuple):
    """Baskets cut down to what is frequent with a set, one row after the other.

    `owners` are the sets' places, `lengths` the items in each row, `held` the items of
    all rows, rising within a row.
    """

    owners: np.ndarray
    lengths: np.ndarray
    held: np.ndarray

    def select(self, is_selected: np.ndarray) -> "Rows":
        """Some of the rows."""
        return Rows(
            self.owners[is_selected],
            self.lengths[is_selected],
            self.held[np.repeat(is_selected, self.lengths)],
        )

    def of(self, owner: int) -> "Rows":
        """The rows of one owner; the owners must not fall."""
        first, last = np.searchsorted(self.owners, [owner, owner + 1])
        begin = self.lengths[:first].sum()
        end = begin + self.lengths[first:last].sum()
        return Rows(
            self.owners[first:last], self.lengths[first:last], self.held[begin:end]
        )

    def cut(self, is_kept: np.ndarray) -> "Rows":
        """The same rows with some of their items; before, each must have an item."""
        last = np.cumsum(self.lengths, dtype=np.int64) - 1
        # past 2**31 it begins anew below zero, which leaves the differences as they are
        lengths = np.diff(np.cumsum(is_kept, dtype=np.int32)[last], prepend=np.int32(0))
        return Rows(self.owners, lengths, self.held[is_kept])


class Baskets(NamedTuple):
    """Baskets as rows of one owner, see `rows_of`, and the products by their codes.

    Any order of the codes will do; from the most frequent on is about the quickest.
    """

    rows: Rows
    names: list[str]


class Growing(NamedTuple):
    """Sets that may grow by one item, and what is in their baskets beside them.

    Set `p` is the row `sets[p]` of codes. What may be added to it are the `widths[p]`
    codes from `codes[starts[p]]` on, rising; each is called by its place among them.
    Its baskets are the numbers `ends[p - 1]` up to `ends[p]` of the arrays `begins` and
    `lengths`: such a basket has `lengths` of these places, in `held` from `begins` on.
    """

    sets: np.ndarray
    codes: np.ndarray
    starts: np.ndarray
    widths: np.ndarray
    ends: np.ndarray
    begins: np.ndarray
    lengths: np.ndarray
    held: np.ndarray

    def blocks(self) -> Iterator["Growing"]:
        """A few sets at a time, with as much to count as a block holds, or one set."""
        work = np.cumsum(self.widths)
        work += np.cumsum(np.append(0, self.lengths), dtype=np.int64)[self.ends]
        for first, last in blocks_of(work, BLOCK_CELLS):
            begin, end = self.ends[first - 1] if first else 0, self.ends[last - 1]
            yield self._replace(
                sets=self.sets[first:last],
                starts=self.starts[first:last],
                widths=self.widths[first:last],
                ends=self.ends[first:last] - begin,
                begins=self.begins[begin:end],
                lengths=self.lengths[begin:end],
            )

    def owners(self) -> np.ndarray:
        """Place of the set that each basket is of."""
        return np.repeat(np.arange(len(self.sets)), np.diff(self.ends, prepend=0))

    def cells(self, bases: np.ndarray) -> np.ndarray:
        """What each basket holds, as a number: its place after the basket's base."""
        ends = np.cumsum(self.lengths, dtype=np.int64)
        places = np.repeat(self.begins - ends + self.lengths, self.lengths)
        places += np.arange(len(places))
        cells = np.repeat(bases, self.lengths)
        cells += self.held[places]
        return cells


@dataclass
class Size:
    """What was done for the itemsets of one size."""

    candidates: int = 0
    seconds: float = 0.0
    found: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Add the seconds that the block takes."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - start


@contextmanager
def named(relation: Any, session: Any, name: str) -> Iterator[None]:
    """Let SQL call a relation by a name, before any table that is called so."""
    session.register(name, relation)
    try:
        yield
    finally:
        session.unregister(name)


@contextmanager
def kept(relation: Any, session: Any, name: str) -> Iterator[Any]:
    """The rows of a relation, which are read once, as a temporary table."""
    with named(relation, session, "rows_to_keep"):
        session.execute(f"create temporary table {name} as from rows_to_keep")
    try:
        yield session.table(f"temp.{name}")
    finally:
        session.execute(f"drop table temp.{name}")


def read_baskets(lines: Any, session: Any) -> Baskets:
    """Baskets of a DuckDB relation with order_id and product_sku, repeats allowed."""
    basket_count = orders_of(lines)
    with (
        named(lines, session, "basket_lines"),
        kept(session.sql(PRODUCTS_SQL), session, "basket_products") as products,
    ):
        names = [name for name, _ in products.order("item").fetchall()]
        item_bits = len(names).bit_length()
        for number in NUMBERS_SQL:
            sql = CELLS_SQL.replace("{number}", number).format(item_bits=item_bits)
            cells = session.execute(sql).fetchnumpy()["cell"]
            rows = rows_of(cells, item_bits)
            if len(rows.lengths) == basket_count:
                break
    return Baskets(rows, names)


class Mining:
    """One search for the itemsets that are in enough of the baskets.

    Codes rise from the item on most lines, and a set grows by lower codes than its own
    only: what may follow in a basket is the part before the rarest item, cut down to
    what is frequent with the set, as in FP-growth (Han, Pei & Yin, 2000) but without a
    tree, and for many sets at once. Sets whose baskets are so full that a product of
    matrices is cheaper go on as bits (Eclat: Zaki, 2000); so do baskets of very many
    items, in which pairs are quadratic, from the start.
    """

    def __init__(self, found: Baskets, limits: Limits) -> None:
        frequent = frequent_only(found, limits.min_count)
        self.limits = limits
        self.names = frequent.names
        self.sizes = [Size() for _ in range(limits.max_length + 1)]
        self.itemset_count = 0
        self._count(1, len(found.names))
        self._part(frequent.rows)

    def _part(self, rows: Rows) -> None:
        """Set the short baskets of two items or more, and the bits of the long ones.

        Long ones that have few pairs in all are counted like the others.
        """
        width, lengths = len(self.names), rows.lengths
        self.item_counts = np.bincount(rows.held, minlength=width)
        is_long = lengths > max(SHORTEST_LONG, width // 8)
        if np.sum(lengths[is_long].astype(np.int64) ** 2) <= BLOCK_CELLS:
            is_long[:] = False
        long = rows.select(is_long)
        self.long_bits = bits_of(long, width)
        self.short = rows.select((lengths > 1) & ~is_long)

    def run(self) -> dict[Itemset, int]:
        """The itemsets, sorted by product within, and in how many baskets each is."""
        try:
            self._find()
        finally:
            self._report()
        return self._named()

    def _find(self) -> None:
        """Note the frequent items, then what they grow to."""
        codes = np.arange(len(self.names))
        self._note(codes[:, np.newaxis], self.item_counts)
        if len(codes) and self.limits.max_length > 1:
            nothing = np.zeros_like(codes)
            self._grow(grow(codes[:, np.newaxis], nothing, self.short))

    def _named(self) -> dict[Itemset, int]:
        """What was noted, with names for codes."""
        order = sorted(range(len(self.names)), key=self.names.__getitem__)
        places = np.empty(len(order), dtype=np.int64)
        places[order] = np.arange(len(order))
        names = np.array([self.names[code] for code in order], dtype=object)
        itemsets: dict[Itemset, int] = {}
        for sets, counts in (part for size in self.sizes for part in size.found):
            columns = names[np.sort(places[sets], axis=1)].T.tolist()
            named = zip(*columns, strict=True)
            itemsets.update(zip(named, counts.tolist(), strict=True))
        return itemsets

    def _note(self, sets: np.ndarray, counts: np.ndarray) -> None:
        """Keep sets of codes, an array of a row for each, and in how many baskets.

        Raises
        ------
        TooManyItemsetsError
            If these are too many.
        """
        if not len(sets):
            return
        size = sets.shape[1]
        self.sizes[size].found.append((sets, counts))
        self.itemset_count += len(sets)
        if self.itemset_count > self.limits.max_itemsets:
            self._stop(size, f"{self.limits.max_itemsets:,} itemsets")

    def _count(self, size: int, candidates: int) -> None:
        """Note how many candidates of a size are to be counted.

        Raises
        ------
        TooManyItemsetsError
            If these are too many for the number of itemsets that are asked for.
        """
        self.sizes[size].candidates += candidates
        most = CANDIDATES_PER_ITEMSET * self.limits.max_itemsets
        # pairs are counted whatever their number, in a time that the baskets set
        if size > 2 and self.sizes[size].candidates > most:
            self._stop(size, f"{most:,} candidates")

    def _stop(self, size: int, most: str) -> NoReturn:
        """Refuse a support at which there is more to find than the limit."""
        limits = self.limits
        parts = [counts for of_size in self.sizes for _, counts in of_size.found]
        counts = -np.sort(-np.concatenate(parts))
        enough = int(counts[min(len(counts), limits.max_itemsets) // 4]) + 1
        raise TooManyItemsetsError(
            f"bundle_min_support = {limits.min_support:g} gives more than {most}, of"
            f" {size} products after {self.sizes[size].candidates:,} candidates of"
            " that size; try"
            f" {min(1, limits.min_support * enough / limits.min_count):.2g},"
            " or raise bundle_max_itemsets"
        )

    def _report(self) -> None:
        """Say in dbt's log how many sets of each size there were, and their time."""
        for number, size in enumerate(self.sizes):
            if size.candidates:
                log(
                    f"itemsets of {number}: {size.candidates:,} candidates,"
                    f" {sum(len(counts) for _, counts in size.found):,} frequent,"
                    f" {size.seconds:.2f} s"
                )

    def _grow(self, growing: Growing) -> None:
        """Find the frequent sets of one item more than these, and all larger ones."""
        size = growing.sets.shape[1] + 1
        self._count(size, int(growing.widths.sum()))
        for block in growing.blocks():
            with self.sizes[size].timed():
                sets, parents, rows = self._count_block(block)
                is_full = self._is_full(block, parents, rows)
                grown = grow(sets, parents, rows.select(~is_full[rows.owners]))
            if len(grown.lengths):
                self._grow(grown)
            for parent in np.flatnonzero(is_full).tolist():
                first, last = np.searchsorted(parents, [parent, parent + 1])
                self._go_on_as_bits(sets[first:last], rows.of(parent))

    def _count_block(self, block: Growing) -> tuple[np.ndarray, np.ndarray, Rows]:
        """Note the sets that grow from some that are counted at once.

        Returns those that may grow further, the place of the set that each grew from,
        and the baskets of these, cut down to what made them grow.
        """
        size = block.sets.shape[1] + 1
        owners, bases = block.owners(), np.append(0, np.cumsum(block.widths))
        cells = block.cells(bases[owners])
        counts = np.bincount(cells, minlength=bases[-1])
        if size == 2 and self.long_bits.size:
            counts += self._long_counts(block)
        frequent = np.flatnonzero(counts >= self.limits.min_count)
        parents = np.searchsorted(bases, frequent, side="right") - 1
        codes = block.codes[block.starts[parents] + frequent - bases[parents]]
        sets = np.column_stack([block.sets[parents], codes])
        self._note(sets, counts[frequent])
        # a set with one addition grows no further
        numbers = np.bincount(parents, minlength=len(block.sets))
        is_kept = (numbers[parents] > 1) & (size < self.limits.max_length)
        sets, parents, frequent = sets[is_kept], parents[is_kept], frequent[is_kept]
        place_of = np.full(bases[-1], -1, dtype=np.int32)
        place_of[frequent] = np.arange(len(parents)) - np.searchsorted(parents, parents)
        held = place_of[cells]
        rows = Rows(owners, block.lengths, held).cut(held >= 0)
        return sets, parents, rows.select(rows.lengths > 1)

    def _long_counts(self, block: Growing) -> np.ndarray:
        """In how many long baskets each cell of a block of items is."""
        most = int(block.widths.max())
        counts = joint_counts(self.long_bits[block.sets[:, 0]], self.long_bits[:most])
        return counts[np.arange(most) < block.widths[:, np.newaxis]]

    def _is_full(self, block: Growing, parents: np.ndarray, rows: Rows) -> np.ndarray:
        """Which sets of a block are counted sooner, or only, as bits."""
        height = len(block.sets)
        numbers = np.bincount(parents, minlength=height).astype(np.float64)
        pairs = rows.lengths * (rows.lengths - 1.0) / 2
        costs = np.bincount(rows.owners, weights=pairs, minlength=height)
        baskets = np.bincount(rows.owners, minlength=height)
        is_full = costs > BITS_START + BITS_CELL * baskets * numbers**2
        if block.sets.shape[1] == 1 and self.long_bits.size:
            is_full |= self.long_bits[block.sets[:, 0]].any(axis=1)
        return is_full & (numbers > 1)

    def _go_on_as_bits(self, sets: np.ndarray, rows: Rows) -> None:
        """Find what the sets grow to that grew from one parent, with these baskets."""
        members = sets[:, -1]
        bits = bits_of(rows, len(members))
        prefix = sets[0, :-1]
        if len(prefix) == 1:
            long_bits = self.long_bits[members] & self.long_bits[prefix]
            bits = np.hstack([bits, long_bits])
        self._extend(sets, bits)

    def _extend(self, sets: np.ndarray, bits: np.ndarray) -> None:
        """Find what sets of one prefix grow to; `bits` are the baskets of each."""
        size = sets.shape[1] + 1
        self._count(size, len(sets) * (len(sets) - 1) // 2)
        with self.sizes[size].timed():
            counts = joint_counts(bits, bits)
            last, other = np.nonzero(np.tril(counts >= self.limits.min_count, k=-1))
            grown = np.column_stack([sets[last], sets[other, -1]])
            self._note(grown, counts[last, other])
        self._extend_all(grown, last, other, bits)

    def _extend_all(
        self, sets: np.ndarray, last: np.ndarray, other: np.ndarray, bits: np.ndarray
    ) -> None:
        """Find what sets grow to whose baskets are those of two rows of bits both.

        Those of one `last` row have a prefix in common; the rows do not fall.
        """
        size = sets.shape[1] + 1
        if size > self.limits.max_length:
            return
        starts = np.searchsorted(last, last)
        befores = np.arange(len(last)) - starts
        self._count(size, int(befores.sum()))
        # sets of one prefix stay together, because pairs of them are looked at
        work = np.cumsum(befores * bits.shape[1])[
            np.searchsorted(last, last, "right") - 1
        ]
        for first, end in blocks_of(work, FEW_WORDS):
            with self.sizes[size].timed():
                rows = bits[last[first:end]] & bits[other[first:end]]
                before = befores[first:end]
                left = np.repeat(np.arange(len(before)), before)
                right = np.arange(len(left)) - np.repeat(
                    np.cumsum(before) - before, before
                )
                right += starts[first:end][left] - first
                counts = shared_counts(rows, left, right)
                is_frequent = counts >= self.limits.min_count
                left, right = left[is_frequent], right[is_frequent]
                grown = np.column_stack(
                    [sets[first:end][left], sets[first:end][right, -1]]
                )
                self._note(grown, counts[is_frequent])
            if len(grown):
                self._extend_all(grown, left, right, rows)


def blocks_of(work: np.ndarray, most: int) -> Iterator[tuple[int, int]]:
    """Bounds of runs that have about so much work, of what was done up to each."""
    ends = np.flatnonzero(np.diff(work // most, append=-1)) + 1
    return itertools.pairwise([0, *ends.tolist()])


def shared_counts(bits: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Bits that pairs of rows have both: int64, one for each pair."""
    shared = bits[left]
    shared &= bits[right]
    counts: np.ndarray = np.add.reduce(np.bitwise_count(shared), axis=1, dtype=np.int64)
    return counts


def rows_of(cells: np.ndarray, item_bits: int) -> Rows:
    """Baskets as rows of one owner, their items rising and none twice.

    `cells`, uint64 of one for each line, is a basket's number, and in the lowest bits
    an item. It is used up: tens of millions of lines are not copied needlessly.
    """
    cells.sort()
    is_other = changes(cells)
    if not is_other.all():
        cells = cells[is_other]
    held = np.empty(len(cells), dtype=np.int32)
    np.bitwise_and(cells, (1 << item_bits) - 1, out=held, casting="unsafe")
    cells >>= item_bits
    starts = np.flatnonzero(changes(cells))
    lengths = np.diff(starts, append=len(cells)).astype(np.int32)
    return Rows(np.zeros_like(lengths), lengths, held)


def frequent_only(found: Baskets, min_count: int) -> Baskets:
    """The same baskets, some now empty, with products that are in enough of them."""
    counts = np.bincount(found.rows.held, minlength=len(found.names))
    is_frequent = counts >= min_count
    rows = found.rows.cut(is_frequent[found.rows.held])
    codes = np.cumsum(is_frequent, dtype=np.int32) - 1
    names = itertools.compress(found.names, is_frequent.tolist())
    return Baskets(rows._replace(held=codes[rows.held]), list(names))


def changes(values: np.ndarray) -> np.ndarray:
    """Which values differ from the one before them; the first does."""
    is_other = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=is_other[1:])
    return is_other


def grow(sets: np.ndarray, parents: np.ndarray, rows: Rows) -> Growing:
    """Sets by parent, each to grow by the last items of those before it.

    `parents` are places, not falling; `rows` are the parents' baskets, with the places
    of the sets of their parent.
    """
    height = int(parents[-1]) + 1 if len(parents) else 0
    firsts = np.searchsorted(parents, np.arange(height))
    begins = np.cumsum(rows.lengths, dtype=np.int64) - rows.lengths
    # an entry that is not the first of its row is a basket of its set
    numbers = np.arange(len(rows.held), dtype=np.uint32)
    places = numbers - np.repeat(begins.astype(np.uint32), rows.lengths)
    order = np.repeat(firsts[rows.owners], rows.lengths)
    order += rows.held
    counts = np.bincount(order[places > 0], minlength=len(sets))
    order <<= 32
    order |= numbers
    order = order[places > 0]
    order.sort()
    order &= 0xFFFFFFFF
    lengths = places[order]
    return Growing(
        sets=sets,
        codes=sets[:, -1],
        starts=firsts[parents],
        widths=np.arange(len(parents)) - firsts[parents],
        ends=np.cumsum(counts),
        begins=order - lengths,
        lengths=lengths,
        held=rows.held,
    )


def bits_of(rows: Rows, height: int) -> np.ndarray:
    """Which row holds each item, as bits: uint64, shape (height, ceil(rows / 64))."""
    words = -(-len(rows.lengths) // 64)
    numbers = np.repeat(np.arange(len(rows.lengths)), rows.lengths)
    bits = np.zeros(height * words, dtype=np.uint64)
    # no cell comes twice: adding is setting
    np.add.at(
        bits,
        rows.held.astype(np.int64) * words + numbers // 64,
        np.uint64(1) << (numbers % 64).astype(np.uint64),
    )
    return bits.reshape(height, words)


def log(message: str) -> None:
    """Say something in dbt's log and on its console."""
    fire_event(Note(msg=message))


def joint_counts(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Bits that two rows of words have both: int32 of shape (left rows, right rows).

    Few are counted as they are. More are a product of matrices, in blocks of words with
    far fewer bits than float32 has whole numbers.
    """
    if len(left) * right.size <= FEW_WORDS:
        shared = np.bitwise_count(left[:, np.newaxis] & right)
        few: np.ndarray = np.add.reduce(shared, axis=2, dtype=np.int32)
        return few
    counts = np.zeros((len(left), len(right)), dtype=np.int32)
    words = max(1, BLOCK_CELLS // max(1, 64 * len(right)))
    for start in range(0, left.shape[1], words):
        cells = [
            np.unpackbits(rows[:, start : start + words].view(np.uint8), axis=1)
            for rows in (left, right)
        ]
        product = cells[0].astype(np.float32) @ cells[1].astype(np.float32).T
        counts += product.astype(np.int32)
    return counts


def frequent_itemsets(found: Baskets, limits: Limits) -> dict[Itemset, int]:
    """Count every itemset found in enough baskets, exactly.

    Returns
    -------
    dict
        Sorted itemset to the number of baskets containing it. Empty when there are no
        baskets or no products.

    Raises
    ------
    TooManyItemsetsError
        If there are more of them than the limit; the message names their size, the
        number of candidates and a support to try.
    """
    return Mining(found, limits).run()


def candidates_table(itemsets: Iterable[Itemset], **mining: Any) -> pd.DataFrame:
    """Itemsets as rows of `int_bundle_candidates`, the empty one first, as number 0.

    The parent of a set is the set without its last product; it is always there, because
    every subset of a frequent set is frequent. `mining` are the columns that say how
    they were found, the same on all rows.
    """
    ordered = [(), *sorted(itemsets, key=lambda itemset: (len(itemset), itemset))]
    ids = {itemset: number for number, itemset in enumerate(ordered)}
    rows = [
        mining
        | {
            "itemset_id": number,
            "parent_id": ids[itemset[:-1]] if itemset else None,
            "product_sku": itemset[-1] if itemset else None,
            "itemset": json.dumps(itemset, ensure_ascii=False),
            "item_count": len(itemset),
        }
        for itemset, number in ids.items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def within(first_day: Any, mined_until: Any) -> str:
    """Condition in SQL: the line's day is one of the days mined.

    Each day is a date, a timestamp or null, which is no limit; lines without a day are
    mined where there is no first one.
    """
    is_late = "true" if pd.isna(first_day) else f"order_date >= date '{first_day:%F}'"
    is_early = (
        "true" if pd.isna(mined_until) else f"order_date <= date '{mined_until:%F}'"
    )
    is_mined_without = str(bool(pd.isna(first_day))).lower()
    return f"coalesce({is_late} and {is_early}, {is_mined_without})"


def sales_of(lines: Any, is_mined: str) -> Any:
    """Relation of order_id and product_sku of the mined lines that are sales."""
    return lines.filter(f"is_sale and {is_mined}").project("order_id, product_sku")


def orders_of(lines: Any) -> int:
    """Number of orders in a relation that has their order_id."""
    ((count,),) = lines.aggregate("count(distinct order_id)").fetchall()
    return int(count)


def are_complete(
    candidates: pd.DataFrame,
    lines: Any,
    session: Any,
    is_mined: str,
    min_support: float,
    max_length: int,
) -> bool:
    """Whether no itemset but the candidates can have become frequent since.

    Any other set was in fewer baskets than `smallest_count` when they were mined, and
    baskets of orders that no later build touched are what they were. So it is frequent
    now only if enough of the baskets that were touched or came into the days mined hold
    it, which mining these alone tells (FUP: Cheung, Han, Ng & Wong, 1996; with baskets
    that leave: FUP2, 1997).
    """
    mined = candidates.iloc[0]
    was_mined = within(mined["first_day"], mined["mined_until"])
    is_touched = f"load_id > {mined['lines_load_id']}"
    is_new = f"({is_mined} and ({is_touched} or not {was_mined}))"
    is_gone = f"({is_touched} or {was_mined} and not {is_mined})"
    changed = lines.filter(f"{is_new} or {is_gone}").project(
        f"order_id, {is_new} as is_new, {is_gone} as is_gone"
    )
    with kept(changed, session, "changed_lines") as touched:
        new = touched.filter("is_new").set_alias("new")
        gone_count = orders_of(touched.filter("is_gone"))
        new_count = orders_of(new)
        frequent_count = smallest_count(
            min_support, max(0, int(mined["basket_count"]) - gone_count)
        )
        enough = frequent_count - int(mined["smallest_count"]) + 1
        if enough < 1 or max_length > mined["max_length"]:
            return False
        if enough > new_count:
            return True
        sales = sales_of(lines, is_mined).join(new, "order_id", how="semi")
        with kept(sales, session, "new_sales") as new_sales:
            baskets = read_baskets(new_sales, session)
    known = {tuple(json.loads(itemset)) for itemset in candidates["itemset"]}
    # more sets than are known cannot all be among them
    limits = Limits(enough, max_length, len(known), min_support)
    try:
        return known.issuperset(frequent_itemsets(baskets, limits))
    except TooManyItemsetsError:
        return False


def earlier_candidates(this: Any, session: Any) -> pd.DataFrame | None:
    """What the model made before; None if nothing, or with other columns than now."""
    columns = session.execute(
        "select column_name from duckdb_columns()"
        " where schema_name = ? and table_name = ? order by column_index",
        [this.schema, this.identifier],
    ).fetchall()
    if [name for (name,) in columns] != list(COLUMNS):
        return None
    earlier = session.table(f"{this.schema}.{this.identifier}")
    candidates = earlier.order("itemset_id").df().astype(COLUMNS)
    return candidates if len(candidates) else None


def model(dbt: Any, session: Any) -> pd.DataFrame:
    """Candidates of before while complete, else mined from `fact_order_lines`."""
    dbt.config(materialized="table_on_change")
    meta = dbt.config.get("meta")
    min_support, max_length = support_of(meta["min_support"]), int(meta["max_length"])
    max_itemsets = int(meta["max_itemsets"])
    check_thresholds(min_support, max_length, max_itemsets)
    lines = dbt.ref("fact_order_lines")
    window = dbt.ref("int_bundle_window").project("first_day, mined_until")
    ((first_day, mined_until),) = window.fetchall()
    is_mined = within(first_day, mined_until)
    candidates = earlier_candidates(dbt.this, session)
    if candidates is not None and are_complete(
        candidates, lines, session, is_mined, min_support, max_length
    ):
        return candidates
    sales = sales_of(lines, is_mined)
    baskets = read_baskets(sales, session)
    basket_count = len(baskets.rows.lengths)
    mined_count = smallest_count(float(meta["mined_share"]) * min_support, basket_count)
    limits = Limits(mined_count, max_length, max_itemsets, min_support)
    ((lines_load_id,),) = lines.aggregate("coalesce(max(load_id), 0)").fetchall()
    ((load_id,),) = session.execute(
        "select max(batch_id) from audit.pipeline_execution_log"
    ).fetchall()
    return candidates_table(
        frequent_itemsets(baskets, limits),
        load_id=load_id,
        lines_load_id=lines_load_id,
        basket_count=basket_count,
        smallest_count=mined_count,
        max_length=max_length,
        first_day=first_day,
        mined_until=mined_until,
    )
