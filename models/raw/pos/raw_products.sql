{{ raw_versions('products', 'POS', 'product_sku') }}
