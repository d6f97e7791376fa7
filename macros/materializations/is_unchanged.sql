{#-
    Boolean: whether the table stands as it was last made, and so do all its inputs.

    `existing` is the table as the warehouse knows it, none where there is none.

        {% if is_unchanged(load_cached_relation(this)) %}
-#}
{% macro is_unchanged(existing) -%}
    {%- if not existing or not existing.is_table or should_full_refresh() -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set made_of_the_same -%}
        select count(*)
        from audit.pipeline_watermark as watermark
        where
            watermark.process_name = '{{ this.identifier }}'
            and watermark.inputs_hash = {{ inputs_hash() }}
            and watermark.row_count = (select count(*) from {{ this }})
    {%- endset -%}
    {{ return(run_query(made_of_the_same).columns[0].values()[0] == 1) }}
{%- endmacro %}
