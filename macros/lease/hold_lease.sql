{#-
    Statement: fails unless this build has the lease, which none can take until commit.

        +pre-hook: "{{ hold_lease() }}"
-#}
{% macro hold_lease() -%}
    {%- if needs_lease() -%}
    do $lease$
    begin
        perform pg_advisory_xact_lock_shared({{ lease_lock() }});
        if not exists (
            select 1 from audit.build_lease where execution_id = '{{ invocation_id }}'
        ) then
            raise exception 'another build took over: this one was still for too long';
        end if;
    end $lease$
    {%- endif -%}
{%- endmacro %}
