{#-
    Expression: fingerprint of a row's content, 32 hexadecimal digits.

    Each value is written with its length in front, so that NULL differs from '' and
    the pair ('a|b', 'c') from ('a', 'b|c'). Nulls at the end are left out, so that a
    column that a feed gets later, as its last, leaves the rows of before as they were;
    a `~` that ends the last value goes with them, which its length still tells.

        {{ row_hash(['order_id', 'status']) }} as row_hash
-#}
{% macro row_hash(columns) -%}
    md5(rtrim(
        {%- for column in columns %}
        coalesce(
            cast(length({{ adapter.quote(column) }}) as varchar)
            || ':' || {{ adapter.quote(column) }}, '~'
        )
        {%- if not loop.last %} || {% endif %}
        {%- endfor %},
        '~'
    ))
{%- endmacro %}
