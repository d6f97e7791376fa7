"""Parts of publish.py."""
