{#-
    Query: the server processes that work for another build, as a list; null for none.

    A node that holds the lock or waits for it, or, as tests do without it, has run a
    query that dbt marked with its name. Who starts a build has no node yet.

        select into pids {{ signs_of_life() }}
-#}
{% macro signs_of_life() -%}
    (
        select string_agg(distinct cast(alive.pid as text), ', ')
        from (
            select pg_locks.pid from pg_locks
            where
                pg_locks.locktype = 'advisory'
                and pg_locks.classid = 0
                and pg_locks.objid = {{ lease_lock() }}
                and pg_locks.database = (
                    select pg_database.oid from pg_database
                    where pg_database.datname = current_database()
                )
            union all
            select pg_stat_activity.pid from pg_stat_activity
            where
                pg_stat_activity.datname = current_database()
                and pg_stat_activity.query
                ~ '"node_id": "(model|seed|snapshot|test|unit_test)[.]'
        ) as alive
        where alive.pid != pg_backend_pid()
    )
{%- endmacro %}
