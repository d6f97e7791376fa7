"""Column lineage of the models: which columns a column is made of."""
