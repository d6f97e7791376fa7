{{ raw_versions('orders', 'WEB', 'order_id') }}
