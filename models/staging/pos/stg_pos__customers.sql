{{ current_versions(
    ref('base_pos__customers'),
    [
        'customer_id',
        'first_name',
        'last_name',
        'gender',
        'age',
        'date_of_birth',
        'email',
        'phone',
        'city',
        'state',
        'country',
        'income_level',
        'shopping_preference',
        'customer_segment',
        'updated_at',
    ],
    has_updated_at=true
) }}
