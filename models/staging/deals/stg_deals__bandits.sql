{{ current_versions(
    ref('base_deals__bandits'),
    [
        'bandit_id',
        'project_id',
        'bandit_name',
        'alpha',
        'beta',
        'n',
        'number_of_success',
        'number_of_failures',
        'prior_alpha',
        'prior_beta',
        'product_sku',
        'rule_id',
        'retired_at',
    ]
) }}
