{#-
    Text: fingerprint of what a test asks, 32 hexadecimal digits.

    Its own code, arguments and filter; a test that asks something else has not seen any
    row yet.

        where proven.test_hash = '{{ test_hash(model.unique_id) }}'
-#}
{% macro test_hash(unique_id) -%}
    {%- if execute -%}
    {%- set test = graph.nodes[unique_id] -%}
    {{ return(local_md5(
        test.raw_code ~ (test.test_metadata or '') ~ (test.config.where or '')
    )) }}
    {%- endif -%}
{%- endmacro %}
