{{ raw_versions('customers', 'POS') }}
