{#-
    Expression: a text brought to a common vocabulary.

    `vocabulary` maps each conformed word to the words (upper case) that mean it. Blank
    text gives `blank`, any other word 'UNKNOWN'.

        {{ conform('channel', {'WEB': ['WEB', 'ONLINE']}, blank='WEB') }}
-#}
{% macro conform(column, vocabulary, blank='UNKNOWN') -%}
    case
        when {{ clean_text(column) }} is null then '{{ blank }}'
        {%- for word, synonyms in vocabulary.items() %}
        when upper(trim({{ column }})) in ('{{ synonyms | join("', '") }}')
            then '{{ word }}'
        {%- endfor %}
        else 'UNKNOWN'
    end
{%- endmacro %}
