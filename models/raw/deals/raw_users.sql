{{ raw_versions('users', 'DEALS', 'customer_id') }}
