{#-
    Expression list: the columns every staging view carries along from raw.

        select {{ raw_audit_columns() }}, ... from source
-#}
{% macro raw_audit_columns() -%}
    record_key,
    row_hash,
    is_deleted,
    batch_id,
    source_filename,
    line_number,
    ingestion_timestamp,
    load_id
{%- endmacro %}
