{#-
    Statements: log a built table and move its watermark, in the build's transaction.

    Runs as a post-hook, so that a kill leaves both the data and what is said of it,
    or neither. `batch_column` is the table's own batch number where it has one; rows
    processed are those above the watermark, or the whole table where there is none.
    Views hold no rows and are not logged.

        +post-hook: "{{ log_model_built() }}"
-#}
{% macro log_model_built() -%}
    {%- if config.get('materialized') != 'view' -%}
    {%- set batch_column = (config.get('meta') or {}).get('batch_column') -%}
    {%- set batch = 'max(' ~ batch_column ~ ')' if batch_column else 'null' -%}
    insert into audit.pipeline_node_log (
        execution_id, node_name, process_name, layer, status, end_time,
        rows_processed, row_count
    )
    select
        '{{ invocation_id }}',
        '{{ this.identifier }}',
        '{{ process_of(model) }}',
        '{{ this.schema }}',
        'SUCCESS',
        {{ utc_now() }},
        {%- if batch_column %}
        coalesce(sum(case when {{ batch_column }} > (
            select coalesce(max(watermark.last_batch_id), 0)
            from audit.pipeline_watermark as watermark
            where watermark.process_name = '{{ this.identifier }}'
        ) then 1 else 0 end), 0),
        {%- else %}
        count(*),
        {%- endif %}
        count(*)
    from {{ this }};
    delete from audit.pipeline_watermark where process_name = '{{ this.identifier }}';
    insert into audit.pipeline_watermark (
        process_name, last_processed_timestamp, last_batch_id
    )
    select '{{ this.identifier }}', {{ utc_now() }}, {{ batch }} from {{ this }};
    {%- endif -%}
{%- endmacro %}
