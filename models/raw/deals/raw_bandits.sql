{{ raw_versions('bandits', 'DEALS') }}
