{{ current_versions(
    ref('base_web__payments'),
    [
        'paid_at',
        'payment_method',
        'payment_status',
        'payment_amount',
    ],
    feed='WEB',
    keys={'payment_id': 'payment_id', 'order_id': 'order_id'}
) }}
