{{ raw_versions('bandit_transactions', 'DEALS') }}
