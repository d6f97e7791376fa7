{#-
    Nothing, but fits BG/NBD, NBD and Gamma-Gamma, from the start in `{{ this }}`.

    Takes every fit one Newton step on until all are done, thirty times at most: from
    far away a fit takes some ten. Each step of BG/NBD reads every customer, so that
    where these are many a sample of them, the same on every engine, brings it close;
    where that has no maximum, all begin where it began.

        post_hook="{{ fit_customer_models(ref('int_customer_repeats')) }}"
-#}
{% macro fit_customer_models(repeats) -%}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set most = run_query("select coalesce(max(customers), 0) from " ~ this) -%}
    {%- set first_fit = [var('customer_first_fit') | int, 1] | max -%}
    {%- set one_in = most.rows[0][0] | int // first_fit -%}
    {%- if one_in > 1 -%}
        {%- do take_newton_steps({
            'bg_nbd': advance_fits('bg_nbd', 4, bg_nbd_derivatives(repeats, one_in)),
        }) -%}
        {#- close to the maximum a step need not be shortened much -#}
        {%- set start_again -%}
            update {{ this }}
            set
                {%- for start in bg_nbd_start() %}
                p{{ loop.index }} = case
                    when is_converged then p{{ loop.index }} else {{ start }}
                end,
                {%- endfor %}
                damping = case when is_converged then 1e-3 else 1 end,
                log_likelihood = null,
                steps = 0,
                is_converged = false,
                is_done = false
            where model_name = 'bg_nbd'
        {%- endset -%}
        {%- do run_query(start_again) -%}
    {%- endif -%}
    {%- do take_newton_steps({
        'bg_nbd': advance_fits('bg_nbd', 4, bg_nbd_derivatives(repeats)),
        'nbd': advance_fits('nbd', 2, nbd_derivatives(repeats)),
        'gamma_gamma': advance_fits('gamma_gamma', 3, gamma_gamma_derivatives(repeats)),
    }) -%}
{%- endmacro %}
