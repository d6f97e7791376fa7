with

fits as (select * from {{ ref('int_customer_fits') }}),

parameter_names (model_name, place, parameter) as (
    values
    ('bg_nbd', 1, 'r'),
    ('bg_nbd', 2, 'alpha'),
    ('bg_nbd', 3, 'a'),
    ('bg_nbd', 4, 'b'),
    ('nbd', 1, 'r'),
    ('nbd', 2, 'alpha'),
    ('gamma_gamma', 1, 'p'),
    ('gamma_gamma', 2, 'q'),
    ('gamma_gamma', 3, 'gamma')
),

final as (
    select
        -- keys
        fits.fit_period,
        fits.model_name,
        parameter_names.parameter,

        -- measures; where a fit stopped without a maximum differs between engines
        case
            when not fits.is_converged then null
            when parameter_names.place = 1 then fits.p1
            when parameter_names.place = 2 then fits.p2
            when parameter_names.place = 3 then fits.p3
            else fits.p4
        end as estimate,
        case when fits.is_converged then fits.log_likelihood end as log_likelihood,
        fits.customers,

        -- flags
        fits.is_converged
    from fits
    inner join parameter_names on fits.model_name = parameter_names.model_name
)

select * from final
