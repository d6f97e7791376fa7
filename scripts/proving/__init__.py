"""What replay.py and chaos.py share: warehouses to break, and what must still hold."""
