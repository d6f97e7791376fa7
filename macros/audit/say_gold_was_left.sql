{#-
    Nothing, but prints, under --quiet too, that gold was not replaced, and why.

    Where some of its tables were, because only one of them or a test of them failed, it
    says so.

        {% do say_gold_was_left(result, failed) %}
-#}
{% macro say_gold_was_left(result, failed) -%}
    {%- set message = failure_message(result, failed) | trim("'") -%}
    {%- set replaced = [] -%}
    {%- for other in results if process_of(other.node) == 'Aggregate_Gold'
        and other.status | string == 'success'
        and other.adapter_response.get('code') != 'UNCHANGED' -%}
        {%- do replaced.append(other.node.name) -%}
    {%- endfor -%}
    {%- set what = 'is partly replaced' if replaced else 'stays as it was' -%}
    {%- do print('gold ' ~ what ~ ': ' ~ message) -%}
{%- endmacro %}
