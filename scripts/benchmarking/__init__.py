"""Measure a full build, and the same work written by hand in SQL without dbt."""
