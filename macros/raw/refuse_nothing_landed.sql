{#-
    Statement: nothing, or an error when a raw model's feed has no landing table.

    scripts/land.py makes those of all feeds, whatever it lands, and the demo's seeds
    theirs; the engine's own message names neither.

        +pre-hook: "{{ refuse_nothing_landed() }}"
-#}
{% macro refuse_nothing_landed() -%}
    {%- set feed = this.identifier | replace('raw_', '', 1) -%}
    {%- set landed = adapter.get_relation(this.database, 'landing', feed) -%}
    {%- if execute and landed is none -%}
        {{ exceptions.raise_compiler_error(
            "nothing has landed, not even an empty table of " ~ feed ~ ". Run"
            ~ " `python scripts/land.py FOLDER` first, or `make build` for the demo"
        ) }}
    {%- endif -%}
{%- endmacro %}
