"""Mine the same baskets with the dbt models' engine and with other programs."""

import sys

from clustr.feeds import PROJECT

# dbt's Python models are files by themselves, in no package
for layer in ("intermediate", "gold"):
    sys.path.append(str(PROJECT / "python_models" / layer / "bundles"))
