{{ current_versions(
    ref('base_web__orders'),
    [
        'order_id',
        'customer_id',
        'ordered_at',
        'channel',
        'status',
        'total_amount',
        'updated_at',
    ],
    has_updated_at=true
) }}
