{{ raw_versions('products', 'POS') }}
