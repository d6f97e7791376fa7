{#-
    Statement: give a seed's table the columns that scripts/land.py adds to its own.

    A seed is a delivery without a number: its delivery_id stays null. The answer key,
    in its own schema, is left as it is.

        +post-hook: "{{ add_landing_columns() }}"
-#}
{% macro add_landing_columns() -%}
    {%- if this.schema == 'landing' -%}
    alter table {{ this }} add column delivery_id bigint;
    alter table {{ this }} add column source_filename varchar
        default 'seeds/{{ this.identifier }}.csv';
    alter table {{ this }} add column line_number bigint;
    {%- endif -%}
{%- endmacro %}
