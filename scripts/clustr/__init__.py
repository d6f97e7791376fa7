"""What Clustr's scripts share: the feeds, the warehouse and the console."""
