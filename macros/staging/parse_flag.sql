{#-
    Expression: text as a boolean, null when it says neither yes nor no.

        {{ parse_flag('clicked') }}
-#}
{% macro parse_flag(column) -%}
    case
        when lower(trim({{ column }})) in ('1', '1.0', 'true', 't', 'yes', 'y')
            then true
        when lower(trim({{ column }})) in ('0', '0.0', 'false', 'f', 'no', 'n')
            then false
    end
{%- endmacro %}
