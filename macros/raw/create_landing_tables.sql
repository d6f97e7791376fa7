{#-
    Statements: the tables in which scripts/land.py keeps deliveries, where missing.

    A demo that was never landed has them too, empty, so that models can read them.

        on-run-start: "{{ create_landing_tables() }}"
-#}
{% macro create_landing_tables() -%}
    create schema if not exists landing;
    create table if not exists landing.delivered_files (
        delivery_id bigint,
        source_table varchar,
        source_filename varchar,
        rows_read bigint,
        rows_landed bigint,
        rows_rejected bigint,
        sha256 varchar,
        unknown_columns varchar,
        landed_at timestamp,
        missing_columns varchar,
        is_complete boolean default false,
        is_waiting boolean default false
    );
    alter table landing.delivered_files
    add column if not exists is_complete boolean default false;
    alter table landing.delivered_files
    add column if not exists is_waiting boolean default false;
    create table if not exists landing.rejected_lines (
        delivery_id bigint,
        source_table varchar,
        source_filename varchar,
        line_number bigint,
        rule varchar,
        payload varchar
    );
{%- endmacro %}
