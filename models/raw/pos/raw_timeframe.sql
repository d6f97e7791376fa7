{{ raw_versions('timeframe', 'POS') }}
