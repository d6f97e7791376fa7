{#-
    Nothing, but fits BG/NBD, NBD and Gamma-Gamma, from the start in `{{ this }}`.

    Takes every fit one Newton step on until all are done, thirty times at most: from
    far away a fit takes some ten.

        post_hook="{{ fit_customer_models(ref('int_customer_repeats')) }}"
-#}
{% macro fit_customer_models(repeats) -%}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set statements = {
        'bg_nbd': advance_fits('bg_nbd', 4, bg_nbd_derivatives(repeats)),
        'nbd': advance_fits('nbd', 2, nbd_derivatives(repeats)),
        'gamma_gamma': advance_fits('gamma_gamma', 3, gamma_gamma_derivatives(repeats)),
    } -%}
    {%- for step in range(30) -%}
        {%- for model, statement in statements.items() -%}
            {%- set unfinished = run_query(
                "select count(*) from " ~ this ~ " where not is_done and model_name = '"
                ~ model ~ "'"
            ) -%}
            {%- if unfinished.rows[0][0] -%}
                {%- do run_query(statement) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}
