{#-
    Statement: note up to which batch each feed has been checked for rejects.

    Runs in the transaction of `rejected_rows`. A feed without rejects would else be
    checked from its first row in each build. The number of rejects found so far is
    noted too: where the table holds another number, it was cut or restored, and the
    feed is checked anew.

        post_hook="{{ note_checked_batches() }}"
-#}
{% macro note_checked_batches() -%}
    delete from audit.checked_batches;
    insert into audit.checked_batches (source_table, batch_id, reject_count)
    {%- for feed in reconciled_feeds() %}
    select
        '{{ feed.name }}',
        (select coalesce(max(batch_id), 0) from {{ ref(feed.raw) }}),
        (
            select count(*) from {{ this }}
            where source_table = '{{ feed.name }}' and batch_id is not null
        )
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
