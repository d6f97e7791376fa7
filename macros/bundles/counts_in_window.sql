{#-
    Expressions: baskets of a day as `mined_count` and `holdout_count`, 0 where neither.

    Reads daily counts beside the row of `int_bundle_window`. Baskets without a day have
    one before all others: they are mined where the window has no first day.

        select {{ counts_in_window() }} from daily_counts cross join window_days
-#}
{% macro counts_in_window() -%}
    case
        when
            daily_counts.order_date >= coalesce(
                window_days.first_day, daily_counts.order_date
            )
            and daily_counts.order_date <= window_days.mined_until
            then daily_counts.basket_count
        else 0
    end as mined_count,
    case
        when daily_counts.order_date > window_days.mined_until
            then daily_counts.basket_count
        else 0
    end as holdout_count
{%- endmacro %}
