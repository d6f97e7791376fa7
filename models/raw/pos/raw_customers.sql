{{ raw_versions('customers', 'POS', 'customer_id') }}
