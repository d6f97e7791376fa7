{{ raw_versions('timeframe', 'POS', 'time_id') }}
