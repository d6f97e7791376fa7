{{ raw_versions('order_lines', 'WEB', 'order_line_id') }}
