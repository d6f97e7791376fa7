{{ raw_versions('order_lines', 'WEB') }}
