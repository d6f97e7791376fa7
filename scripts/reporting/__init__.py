"""What the page of `verify.py --html` is made of."""
