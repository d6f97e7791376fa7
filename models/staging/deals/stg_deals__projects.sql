{{ current_versions(
    ref('base_deals__projects'),
    [
        'project_id',
        'project_name',
        'project_description',
        'number_of_bandits',
    ]
) }}
