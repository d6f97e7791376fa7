{#-
    Statement: the tables that the pipeline writes about itself, made where missing.

    They are sources, not models, so that no rebuild and no --full-refresh can empty
    them.

        on-run-start: "{{ create_audit_tables() }}"
-#}
{% macro create_audit_tables() -%}
    create schema if not exists audit;
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
        last_batch_id bigint,
        row_count bigint,
        inputs_hash varchar
    );
    create table if not exists audit.proven_tests (
        test_name varchar,
        test_hash varchar,
        load_id bigint
    );
    create table if not exists audit.checked_batches (
        source_table varchar,
        batch_id bigint,
        reject_count bigint
    );
{%- endmacro %}
