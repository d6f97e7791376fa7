with

judged as (select * from {{ ref('int_judged_scores') }}),

bins as (
    select
        model_name,
        least(cast(floor(10 * score + 0.000000001) as integer), 9) as bin,
        count(*) as rule_count,
        sum(cases) as cases,
        sum(successes) as successes,
        sum(cases * score) as expected_successes
    from judged
    group by model_name, least(cast(floor(10 * score + 0.000000001) as integer), 9)
),

shares as (
    select
        *,
        {{ ratio('expected_successes', 'cases') }} as mean_score,
        {{ ratio('successes', 'cases') }} as observed_share
    from bins
),

final as (
    select
        -- keys
        model_name,
        cast({{ ratio('bin', 10) }} as double precision) as score_from,

        -- attributes
        {{ ratio('bin + 1', 10) }} as score_to,

        -- measures
        cast(rule_count as bigint) as rule_count,
        cast(cases as bigint) as case_count,
        cast(successes as bigint) as bought_count,
        mean_score,
        observed_share,
        sqrt({{ ratio('mean_score * (1 - mean_score)', 'cases') }}) as standard_error
    from shares
)

select * from final
