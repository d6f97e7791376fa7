"""How a delivery is checked and landed; `scripts/land.py` is its command."""
