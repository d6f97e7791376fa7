{#-
    Statements: set the watermark of the running model's table to what it holds.

    Its rows were counted by the log just before. Where the table was left as it was,
    only the time moves. `batch_column` is its own
    batch or load number, none where it has none.

        {{ move_watermark('load_id') }}
-#}
{% macro move_watermark(batch_column, is_unchanged=false) -%}
    {%- if is_unchanged -%}
    update audit.pipeline_watermark set last_processed_timestamp = {{ utc_now() }}
    where process_name = '{{ this.identifier }}';
    {%- else -%}
    delete from audit.pipeline_watermark where process_name = '{{ this.identifier }}';
    insert into audit.pipeline_watermark (
        process_name, last_processed_timestamp, last_batch_id, row_count, inputs_hash
    )
    select
        '{{ this.identifier }}',
        {{ utc_now() }},
        {{ '(select max(' ~ batch_column ~ ') from ' ~ this ~ ')'
            if batch_column else 'cast(null as bigint)' }},
        {{ logged_row_count(this.identifier) }},
        {{ inputs_hash() if config.get('materialized') == 'table_on_change'
            else 'null' }};
    {%- endif -%}
{%- endmacro %}
