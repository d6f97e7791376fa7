{{ current_versions(
    ref('base_web__orders'),
    [
        'customer_id',
        'ordered_at',
        'channel',
        'status',
        'total_amount',
        'updated_at',
    ],
    feed='WEB',
    keys={'order_id': 'order_id'},
    has_updated_at=true
) }}
