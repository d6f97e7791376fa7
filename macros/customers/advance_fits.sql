{#-
    Statement: take the fits of a model one step on, or dampen those that got worse.

    Close to the maximum the last digits of the log-likelihood decide nothing, so that a
    step of less than 1e-5 is always taken; one of less than 1e-9 was the last. A fit
    whose damping has no end is done too, without having converged.
    exception: one statement, whose steps make sense together only

        {{ advance_fits('bg_nbd', 4, bg_nbd_derivatives(repeats)) }}
-#}
{% macro advance_fits(model, size, sums) -%}
    {%- set kept = ['log_likelihood'] -%}
    {%- for i in range(1, size + 1) -%}
        {%- do kept.append('g' ~ i) -%}
        {%- for j in range(i, size + 1) %}{% do kept.append('h' ~ i ~ j) %}{% endfor -%}
    {%- endfor -%}
    {%- set parameters = [] -%}
    {%- for i in range(1, size + 1) %}{% do parameters.append('p' ~ i) %}{% endfor -%}
    update {{ this }} as fits
    set
        {%- for name in parameters + kept %}
        {{ name }} = case
            when tried.is_better then tried.{{ name }} else fits.{{ name }}
        end,
        {%- endfor %}
        steps = fits.steps + 1,
        damping = case
            when tried.is_better then fits.damping / 10 else 10 * fits.damping
        end,
        is_converged = tried.is_last,
        is_done = tried.is_last or fits.damping > 1e12
    from (
        with unfinished as (
            select * from {{ this }}
            where model_name = '{{ model }}' and not is_done
        ),
        {{ newton_step(size) }},
        {{ sums }}
        select
            unfinished.fit_period,
            {%- for name in parameters %}
            candidates.{{ name }},
            {%- endfor %}
            {%- for name in kept %}
            sums.{{ name }},
            {%- endfor %}
            coalesce(
                unfinished.log_likelihood is null
                or sums.log_likelihood > unfinished.log_likelihood
                or candidates.largest_step < 1e-5,
                false
            ) as is_better,
            coalesce(
                unfinished.log_likelihood is not null
                and candidates.largest_step < 1e-9,
                false
            ) as is_last
        from unfinished
        left join candidates on unfinished.fit_period = candidates.fit_period
        left join sums on unfinished.fit_period = sums.fit_period
    ) as tried
    where fits.model_name = '{{ model }}' and fits.fit_period = tried.fit_period
{%- endmacro %}
