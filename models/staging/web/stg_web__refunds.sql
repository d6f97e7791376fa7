{{ current_versions(
    ref('base_web__refunds'),
    [
        'refunded_at',
        'quantity',
        'refund_amount',
        'reason',
    ],
    feed='WEB',
    keys={'refund_id': 'refund_id', 'order_line_id': 'order_line_id'}
) }}
