{#- The predicate is true of every row; a null counts as false. -#}
{% test expression_holds(model, expression) %}
select * from {{ model }}
where not coalesce({{ expression }}, false)
{% endtest %}
