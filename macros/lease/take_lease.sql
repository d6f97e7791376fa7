{#-
    Statement: take the lease of the warehouse, or fail and name who has it.

    A lease whose build was killed is taken over when for five seconds nothing worked
    for it. A live one shows itself at once: while this asks, its nodes wait for the
    lock. Should it sleep for longer, it finds at its next node that it lost the lease.

        on-run-start: "{{ take_lease() }}"
-#}
{% macro take_lease() -%}
    {%- if needs_lease() -%}
    do $lease$
    declare
        pids text;
        holder text := 'someone';
    begin
        if pg_try_advisory_xact_lock({{ lease_lock() }}) then
            create schema if not exists audit;
            create table if not exists audit.build_lease (
                execution_id varchar, taken_by varchar, taken_at timestamp
            );
            for tick in 1..100 loop
                exit when pids is not null
                or not exists (select 1 from audit.build_lease);
                perform pg_sleep(0.05);
                perform pg_stat_clear_snapshot();
                pids := {{ signs_of_life() }};
            end loop;
        else
            pids := coalesce({{ signs_of_life() }}, 'just ended');
        end if;
        if pids is not null then
            if to_regclass('audit.build_lease') is not null then
                select coalesce(max(lease.taken_by || ' at ' || lease.taken_at), holder)
                into holder from audit.build_lease as lease;
            end if;
            raise exception 'another build of this warehouse is running, started by'
                ' % (server process %); wait for it to end and build again',
                holder, pids;
        end if;
        delete from audit.build_lease;
        insert into audit.build_lease values (
            '{{ invocation_id }}', current_user, date_trunc('second', {{ utc_now() }})
        );
    end $lease$
    {%- endif -%}
{%- endmacro %}
