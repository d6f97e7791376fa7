{{ current_versions(
    ref('base_pos__transactions'),
    [
        'customer_id',
        'time_id',
        'transaction_amount',
        'channel',
        'payment_type',
    ],
    feed='POS',
    keys={'order_id': 'transaction_id'}
) }}
