{{ current_versions(
    ref('base_pos__timeframe'),
    [
        'time_id',
        'day_start',
    ]
) }}
