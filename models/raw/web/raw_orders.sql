{{ raw_versions('orders', 'WEB') }}
