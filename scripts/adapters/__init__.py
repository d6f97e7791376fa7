"""Turn other people's retail data into deliveries that scripts/land.py takes."""
