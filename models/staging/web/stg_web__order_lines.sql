{{ current_versions(
    ref('base_web__order_lines'),
    [
        'order_line_id',
        'order_id',
        'product_sku',
        'quantity',
        'unit_price',
        'discount_amount',
    ]
) }}
