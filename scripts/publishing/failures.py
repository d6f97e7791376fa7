"""What stands against gold: builds of it that failed."""

from clustr.contents import Ask

LOGS = (
    "audit.pipeline_execution_log",
    "audit.pipeline_node_log",
    "audit.proven_tests",
)
# What stands against gold: the newest builds that were to write it and broke off or
# failed, unless what failed has succeeded since, or a whole build of gold has.
FAILURES = """
    with

    builds as (
        select
            started.execution_id,
            started.batch_id,
            coalesce(ended.status, 'KILLED') as status,
            coalesce(ended.error_message, 'it has not ended') as error_message
        from audit.pipeline_execution_log as started
        left join audit.pipeline_execution_log as ended
            on
                started.execution_id = ended.execution_id
                and started.process_name = ended.process_name
                and ended.status != 'STARTED'
        where
            started.status = 'STARTED'
            and started.process_name = 'Aggregate_Gold'
    ),

    nodes as (
        select
            log.node_name,
            log.process_name,
            log.status,
            log.error_message,
            builds.batch_id
        from audit.pipeline_node_log as log
        inner join builds on log.execution_id = builds.execution_id
    ),

    whole_builds as (
        select batch_id
        from nodes
        where batch_id in (select batch_id from builds where status = 'SUCCESS')
        group by batch_id
        having
            bool_and(status = 'SUCCESS')
            and count(*) filter (where process_name = 'Aggregate_Gold') >= (
                select count(*) from information_schema.tables
                where table_schema = 'gold' and table_type = 'BASE TABLE'
            )
    ),

    failed_nodes as (
        select
            failed.batch_id,
            failed.node_name || ': ' || coalesce(failed.error_message, '') as reason
        from nodes as failed
        left join nodes as mended
            on
                failed.node_name = mended.node_name
                and failed.batch_id < mended.batch_id
                and mended.status = 'SUCCESS'
        left join audit.proven_tests as proven
            on
                failed.node_name = proven.test_name
                and failed.batch_id < proven.load_id
        where
            failed.status != 'SUCCESS'
            and mended.node_name is null
            and proven.test_name is null
    ),

    failed_builds as (
        select batch_id, error_message as reason
        from builds
        where
            status != 'SUCCESS'
            and batch_id not in (select batch_id from nodes where status != 'SUCCESS')
    )

    select batch_id, min(reason)
    from (select * from failed_nodes union all select * from failed_builds) as failures
    where batch_id > (select coalesce(max(batch_id), 0) from whole_builds)
    group by batch_id
    order by batch_id desc
    limit 1
"""


def newest_failure(ask: Ask) -> tuple[int, str] | None:
    """The newest build that failed and was not mended since, and why; else None."""
    for number, reason in ask(FAILURES):
        return int(number), str(reason)
    return None


def newest_build(ask: Ask) -> int | None:
    """Number of the newest build there is; None before the first."""
    ((number,),) = ask("select max(batch_id) from audit.pipeline_execution_log")
    return None if number is None else int(number)
