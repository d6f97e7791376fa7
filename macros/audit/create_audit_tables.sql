{#-
    Statement: the tables that the pipeline writes about itself, made where missing.

    They are sources, not models, so that no rebuild and no --full-refresh can empty
    them. The landing tables are those that scripts/land.py fills.

        on-run-start: "{{ create_audit_tables() }}"
-#}
{% macro create_audit_tables() -%}
    create schema if not exists audit;
    create schema if not exists landing;
    create table if not exists audit.pipeline_execution_log (
        execution_id varchar,
        batch_id bigint,
        process_name varchar,
        layer varchar,
        status varchar,
        start_time timestamp,
        end_time timestamp,
        rows_processed bigint,
        error_message varchar
    );
    create table if not exists audit.pipeline_node_log (
        execution_id varchar,
        node_name varchar,
        process_name varchar,
        layer varchar,
        status varchar,
        end_time timestamp,
        rows_processed bigint,
        row_count bigint,
        error_message varchar
    );
    create table if not exists audit.pipeline_watermark (
        process_name varchar,
        last_processed_timestamp timestamp,
        last_batch_id bigint
    );
    create table if not exists landing.delivered_files (
        delivery_id bigint,
        source_table varchar,
        source_filename varchar,
        rows_read bigint,
        rows_landed bigint,
        rows_rejected bigint,
        sha256 varchar,
        unknown_columns varchar,
        landed_at timestamp
    );
    create table if not exists landing.rejected_lines (
        delivery_id bigint,
        source_table varchar,
        source_filename varchar,
        line_number bigint,
        rule varchar,
        payload varchar
    );
{%- endmacro %}
