{#-
    Dictionary: how a snapshot of versions names them; a version never changes.

    A version is named by its key and batch, not by its key and time as dbt's own
    strategies do: a correction need not move `updated_at`, and two versions of one
    time must not share a `dbt_scd_id`.

        config: {strategy: batch, unique_key: version_id, updated_at: effective_at}
-#}
{% macro snapshot_batch_strategy(
    node, snapshotted_rel, current_rel, model_config, target_exists
) -%}
    {{ return({
        'unique_key': config.get('unique_key'),
        'updated_at': config.get('updated_at'),
        'row_changed': 'false',
        'scd_id': 'md5(version_id)',
        'invalidate_hard_deletes': false,
        'hard_deletes': 'ignore',
    }) }}
{%- endmacro %}
