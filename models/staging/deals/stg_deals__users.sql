{{ current_versions(
    ref('base_deals__users'),
    [
        'customer_id',
        'email',
        'name',
    ]
) }}
