{{ raw_versions('sales', 'POS', 'sale_id') }}
