{{ raw_versions('bandits', 'DEALS', 'bandit_id') }}
