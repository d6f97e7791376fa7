{#-
    Statements: log a built node and move its watermark, in the build's transaction.

    Runs as a post-hook, so that a kill leaves both the data and what is said of it,
    or neither. `batch_column` is the table's own batch or load number where it has
    one; rows processed are those above the watermark, or the whole table where there
    is none. Views hold no rows: they are logged without counts. A table that was left
    as it was is logged with no row processed; of its watermark only the time moves.

        +post-hook: "{{ log_model_built() }}"
-#}
{% macro log_model_built(is_unchanged=false) -%}
    {%- set is_view = config.get('materialized') == 'view' -%}
    {%- set batch_column = (config.get('meta') or {}).get('batch_column') -%}
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
    {%- if is_view %}
        null,
        null;
    {%- else %}
        {%- if is_unchanged %}
        0,
        {%- elif batch_column %}
        (
            select count(*) from {{ this }} as made
            where made.{{ batch_column }} > (
                select coalesce(max(watermark.last_batch_id), 0)
                from audit.pipeline_watermark as watermark
                where watermark.process_name = '{{ this.identifier }}'
            )
        ),
        {%- else %}
        count(*),
        {%- endif %}
        count(*)
    from {{ this }};
    {%- endif %}
    {%- if not is_view %}
    {{ move_watermark(batch_column, is_unchanged) }}
    {%- endif -%}
{%- endmacro %}
