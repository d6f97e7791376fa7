"""Mine a table of order lines by one method; prints what it took and gave, as JSON.

python -m benchmarking.bundles.mine METHOD DATABASE MIN_COUNT BASKETS
"""

import hashlib
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

import duckdb

from benchmarking.bundles.method import Method, RuleMethod, Task
from benchmarking.bundles.methods import METHODS
from benchmarking.measuring import MAXRSS_UNIT
from clustr.console import EXIT_OK
from clustr.sql import literal


def fingerprint(entries: Iterable[str]) -> str:
    """The same for the same texts, whatever their order."""
    return hashlib.sha256("\n".join(sorted(entries)).encode()).hexdigest()[:16]


def found_by(method: Method) -> dict[str, Any]:
    """The itemsets: numbers to look at, and a fingerprint to compare."""
    itemsets = method.itemsets()
    sizes = Counter(map(len, itemsets))
    return {
        "sizes": [sizes[size] for size in range(1, max(sizes, default=0) + 1)],
        "itemsets": fingerprint(
            f"{json.dumps(items)} {count}" for items, count in itemsets.items()
        ),
    }


def made_by(method: RuleMethod) -> dict[str, Any]:
    """The rules, likewise."""
    rules = [json.dumps([*map(sorted, rule)]) for rule in method.rules()]
    return {"rule_count": len(rules), "rules": fingerprint(rules)}


class Clock:
    """Seconds and memory of what runs between `start` and `stop`, added up."""

    def __init__(self) -> None:
        self.seconds = self.cpu_seconds = 0.0

    def start(self) -> None:
        """Begin."""
        self.begun = time.perf_counter(), time.process_time()

    def stop(self) -> int:
        """End; the largest memory of this process so far."""
        self.seconds += time.perf_counter() - self.begun[0]
        self.cpu_seconds += time.process_time() - self.begun[1]
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT


def main(argv: list[str]) -> int:
    """Mine; the clock runs while DuckDB is open and everything imported.

    Prints a line when there are itemsets, and it once more when there are rules.
    """
    name, database, min_count, baskets = argv
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(database)} as delivered (read_only)")
        method = METHODS[name](Task(connection, int(min_count), int(baskets)))
        clock, start = Clock(), time.time()
        clock.start()
        method.mine()
        cost: dict[str, Any] = {"own_memory": clock.stop(), "start": start}
        cost |= {"end": time.time(), "itemset_seconds": clock.seconds}
        if method.works_here:
            cost["cpu_seconds"] = clock.cpu_seconds
        cost |= found_by(method)
        print(json.dumps(cost), flush=True)
        if isinstance(method, RuleMethod):
            clock.start()
            method.derive()
            clock.stop()
            print(json.dumps(cost | {"rule_seconds": clock.seconds} | made_by(method)))
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
