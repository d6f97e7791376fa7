{#- The columns together name each row once: the grain of a table with several keys. -#}
{% test unique_together(model, columns) %}
{{ repeated_keys(model, columns) }}
{% endtest %}
