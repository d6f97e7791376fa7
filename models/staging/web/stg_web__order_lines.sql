{{ current_versions(
    ref('base_web__order_lines'),
    [
        'product_sku',
        'quantity',
        'unit_price',
        'discount_amount',
    ],
    feed='WEB',
    keys={'order_line_id': 'order_line_id', 'order_id': 'order_id'}
) }}
