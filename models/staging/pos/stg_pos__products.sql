{{ current_versions(
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
    ],
    has_updated_at=true
) }}
