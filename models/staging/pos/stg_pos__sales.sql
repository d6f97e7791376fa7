{{ current_versions(
    ref('base_pos__sales'),
    [
        'sale_id',
        'transaction_id',
        'product_sku',
        'quantity',
        'unit_price',
        'line_total',
    ]
) }}
