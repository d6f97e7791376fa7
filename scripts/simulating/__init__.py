"""What simulate_deals.py is made of: worlds, policies, their regret and its chart."""
