{#-
    Predicate: a text that was given could not be read; never null.

        {{ is_unparsable('discount_text', 'discount_amount') }}
-#}
{% macro is_unparsable(text_column, parsed_column) -%}
    ({{ clean_text(text_column) }} is not null and {{ parsed_column }} is null)
{%- endmacro %}
