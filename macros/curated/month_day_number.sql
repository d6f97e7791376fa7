{#-
    Number: a day of the year written `MM-DD` as month x 100 + day.

    Raises a compiler error for anything that is not such a day.

        {{ month_day_number('12-25') }}
-#}
{% macro month_day_number(entry) -%}
    {%- set pattern = '(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' -%}
    {%- if not modules.re.fullmatch(pattern, entry) -%}
        {{ exceptions.raise_compiler_error(
            "holidays and promotions are days as 'MM-DD', not '" ~ entry ~ "'"
        ) }}
    {%- endif -%}
    {{ return(entry.replace('-', '') | int) }}
{%- endmacro %}
