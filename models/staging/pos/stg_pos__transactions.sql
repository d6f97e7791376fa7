{{ current_versions(
    ref('base_pos__transactions'),
    [
        'transaction_id',
        'customer_id',
        'time_id',
        'transaction_amount',
        'channel',
        'payment_type',
    ]
) }}
