{{ current_versions(
    ref('base_web__refunds'),
    [
        'refund_id',
        'order_line_id',
        'refunded_at',
        'quantity',
        'refund_amount',
        'reason',
    ]
) }}
