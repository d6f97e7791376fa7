{{ raw_versions('transactions', 'POS') }}
