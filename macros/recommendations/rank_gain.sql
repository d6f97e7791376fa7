{#-
    Expression: what a hit at a rank is worth, 1 / log2(1 + rank), a double.

    The discount of the cumulated gain (Jarvelin & Kekalainen, ACM TOIS 20, 2002) in
    the form that counts the first place whole.

        sum({{ rank_gain('item_rank') }})
-#}
{% macro rank_gain(rank) -%}
    ln(cast(2 as double precision)) / ln(cast(1 + {{ rank }} as double precision))
{%- endmacro %}
