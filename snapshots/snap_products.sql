{% snapshot snap_products %}

{{
    config(
        unique_key='version_id',
        strategy='batch',
        updated_at='effective_at',
        post_hook="{{ close_versions(ref('base_pos__products')) }}"
    )
}}

{{ snapshot_versions(
    ref('base_pos__products'),
    [
        'product_sku',
        'product_name',
        'category',
        'sub_category',
        'brand',
        'list_price',
        'status',
        'updated_at',
    ]
) }}

{% endsnapshot %}
