"""What query_tool.py is made of: readers that cannot write, tables, formats, a menu."""
