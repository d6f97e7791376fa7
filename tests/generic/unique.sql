{#- No value comes twice; new values are held against all of the table. -#}
{% test unique(model, column_name) %}
{{ repeated_keys(model, [column_name]) }}
{% endtest %}
