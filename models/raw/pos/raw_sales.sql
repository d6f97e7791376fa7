{{ raw_versions('sales', 'POS') }}
