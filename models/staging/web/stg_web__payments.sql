{{ current_versions(
    ref('base_web__payments'),
    [
        'payment_id',
        'order_id',
        'paid_at',
        'payment_method',
        'payment_status',
        'payment_amount',
    ]
) }}
