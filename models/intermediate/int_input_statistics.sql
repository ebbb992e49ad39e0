with

customers as (

    select * from {{ ref('stg_input__customers') }}

),

summarised as (

    select
        -- a purchase cannot lie before the enrolment: the data are at least this young
        max({{ add_days('enrolled_on', 'coalesce(recency_days, 0)') }}) as last_implied_on,
        percentile_cont(0.25) within group (order by income) as income_p25,
        percentile_cont(0.75) within group (order by income) as income_p75

    from customers

)

select
    coalesce(
        cast(nullif('{{ var("as_of_date") }}', '') as date), last_implied_on
    ) as observed_on,
    cast(
        income_p75
        + {{ var('plausible_income_iqr') }} * (income_p75 - income_p25) as double
    ) as highest_plausible_income

from summarised
