"""How the made-up shop is delivered day by day, and what is true after each day."""
