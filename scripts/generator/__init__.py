"""What `generate_data.py` is made of: one module per part of the made-up shop."""

GENERATOR_VERSION = "1.0.0"
