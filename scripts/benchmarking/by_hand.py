"""The same work as a build, as hand-written DuckDB SQL without dbt.

Runs the files of `baseline/` in order and prints what each layer took, as JSON:

    python -m benchmarking.by_hand DELIVERY WAREHOUSE MIN_SUPPORT MIN_CONFIDENCE
"""

import json
import sys
import time
from pathlib import Path

import duckdb

from benchmarking.measuring import own_peak_memory

SQL = Path(__file__).parent / "baseline"


def layer_of(script: Path) -> str:
    """Layer a file belongs to: `08_curated_facts.sql` is of `curated`."""
    return script.stem.split("_")[1]


def main(argv: list[str]) -> int:
    """Build the warehouse; print `{layer: {seconds, cpu_seconds, peak_memory}}`."""
    delivery, warehouse, min_support, min_confidence = argv
    layers: dict[str, dict[str, float]] = {}
    connection = duckdb.connect(warehouse)
    connection.execute("set variable delivery = ?", [delivery])
    connection.execute("set variable min_support = ?", [float(min_support)])
    connection.execute("set variable min_confidence = ?", [float(min_confidence)])
    for script in sorted(SQL.glob("*.sql")):
        nothing = {"seconds": 0.0, "cpu_seconds": 0.0}
        spent = layers.setdefault(layer_of(script), nothing)
        start, cpu_start = time.perf_counter(), time.process_time()
        connection.execute(script.read_text(encoding="utf-8"))
        spent["seconds"] += time.perf_counter() - start
        spent["cpu_seconds"] += time.process_time() - cpu_start
        spent["peak_memory"] = own_peak_memory()
    connection.close()
    print(json.dumps(layers))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
