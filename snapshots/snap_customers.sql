{% snapshot snap_customers %}

{{
    config(
        unique_key='version_id',
        strategy='batch',
        updated_at='effective_at',
        post_hook="{{ close_versions(ref('base_pos__customers')) }}"
    )
}}

{{ snapshot_versions(
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
    ]
) }}

{% endsnapshot %}
