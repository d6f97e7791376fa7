{{ current_versions(
    ref('base_deals__bandit_transactions'),
    [
        'transaction_id',
        'customer_id',
        'project_id',
        'bandit_id',
        'shown_at',
        'is_clicked',
        'propensity',
        'position',
    ]
) }}
