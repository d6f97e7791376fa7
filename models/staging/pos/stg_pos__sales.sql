{{ current_versions(
    ref('base_pos__sales'),
    [
        'product_sku',
        'quantity',
        'unit_price',
        'line_total',
    ],
    feed='POS',
    keys={'order_line_id': 'sale_id', 'order_id': 'transaction_id'}
) }}
