{#-
    Dictionary: the four named processes, in order, and the layer that each fills.

        {{ process_layers()['Load_Facts'] }}
-#}
{% macro process_layers() -%}
    {{ return({
        'Extract_Source_to_Raw': 'raw',
        'Load_Dimensions': 'curated',
        'Load_Facts': 'curated',
        'Aggregate_Gold': 'gold',
    }) }}
{%- endmacro %}
