"""What each method took and found, kept as JSON, and the tables made of it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from clustr.text import in_columns

HEADINGS = (
    *("method", "itemsets, s", "rules, s", "cpu s", "peak MiB", "itemsets", "rules"),
    "against ours",
)
MIB = 1024 * 1024


@dataclass(frozen=True)
class Case:
    """Baskets and the fewest of them that a frequent itemset is in."""

    dataset: str
    support: float
    lines: int
    baskets: int
    min_count: int

    @property
    def name(self) -> str:
        """What `--cases` selects."""
        return f"{self.dataset}@{self.support:g}"


@dataclass(frozen=True)
class Outcome:
    """What a method took and found for a case, or why it did not finish.

    Seconds are wall seconds from the order lines to the itemsets and to the rules;
    processor seconds are those to the itemsets; memory is the largest resident set of
    a process until then, in bytes.
    """

    case: Case
    method: str
    unfinished: str | None = None
    peak_memory: int | None = None
    found: dict[str, Any] = field(default_factory=dict)

    def differs_from(self, ours: "Outcome | None") -> list[str]:
        """What both found that is not the same; nothing where one found nothing."""
        if ours is None:
            return []
        return [
            name
            for name in ("itemsets", "rules")
            if name in self.found
            and name in ours.found
            and self.found[name] != ours.found[name]
        ]

    def cells(self, ours: "Outcome | None") -> tuple[str, ...]:
        """The line of the table as text."""
        seconds = ("itemset_seconds", "rule_seconds", "cpu_seconds")
        return (
            self.method,
            *(_text(self.found.get(name), ",.2f") for name in seconds),
            _text(self.peak_memory and self.peak_memory / MIB, ",.0f"),
            _text(sum(self.found["sizes"]) if self.found else None, ","),
            _text(self.found.get("rule_count"), ","),
            self._remark(ours),
        )

    def _remark(self, ours: "Outcome | None") -> str:
        """Whether it is what ours is, and why it did not finish."""
        differences = " and ".join(self.differs_from(ours))
        same = "the same" if ours and ours.found and self.found else ""
        agreement = f"{differences} DIFFER" if differences else same
        return "; ".join(filter(None, (agreement, self.unfinished)))


def _text(number: float | None, form: str) -> str:
    return "-" if number is None else format(number, form)


class Outcomes:
    """The outcomes known so far, in a file; a later one takes the earlier's place."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.known: dict[tuple[str, str], Outcome] = {}
        if file.exists():
            for outcome in json.loads(file.read_text(encoding="utf-8")):
                self._take(Outcome(**outcome | {"case": Case(**outcome["case"])}))

    def _take(self, outcome: Outcome) -> None:
        self.known[outcome.case.name, outcome.method] = outcome

    def add(self, outcome: Outcome) -> None:
        """Keep an outcome, at once."""
        self._take(outcome)
        text = json.dumps([asdict(known) for known in self.known.values()], indent=1)
        new = self.file.with_suffix(".new")
        new.write_text(text + "\n", encoding="utf-8")
        new.rename(self.file)

    def of(self, case: str, method: str) -> Outcome | None:
        """The outcome of a method for a case, if there is one."""
        return self.known.get((case, method))

    def differences(self, ours: str) -> list[str]:
        """Which outcomes are not what ours is, a line for each."""
        return [
            f"{case}: {method} finds other {' and '.join(differences)} than {ours}"
            for (case, method), outcome in self.known.items()
            if (differences := outcome.differs_from(self.of(case, ours)))
        ]

    def table(self, case: str, methods: Iterable[str], ours: str) -> str:
        """What every method took for a case."""
        outcomes = [outcome for name in methods if (outcome := self.of(case, name))]
        cells = [outcome.cells(self.of(case, ours)) for outcome in outcomes]
        known = outcomes[0].case
        return (
            f"{case}: {known.lines:,} lines, {known.baskets:,} baskets,"
            f" sets in at least {known.min_count:,}\n"
            f"{in_columns([HEADINGS, *cells], 'lrrrrrrl')}"
        )

    def cases(self) -> Sequence[str]:
        """Names of the cases there is an outcome of, in the order they came."""
        return list(dict.fromkeys(case for case, _ in self.known))
