"""The warehouse's schemas that a build fills, in the order in which it does."""

LAYERS = ("raw", "staging", "curated", "intermediate", "gold", "audit")
