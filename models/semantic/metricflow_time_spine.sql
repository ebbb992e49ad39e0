{{ config(
    enabled=project_name == 'segmentation',
    schema='intermediate',
    materialized='view',
    group='segments',
    access='protected'
) }}

with

digits as (

    {% for digit in range(10) %}
    select {{ digit }} as digit
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- 100,000 days are more than two centuries
numbers as (

    select
        ones.digit
        + 10 * tens.digit
        + 100 * hundreds.digit
        + 1000 * thousands.digit
        + 10000 * ten_thousands.digit as number

    from digits as ones

    cross join digits as tens

    cross join digits as hundreds

    cross join digits as thousands

    cross join digits as ten_thousands

),

bounds as (

    select
        coalesce(min(enrolled_on), min(observed_on)) as first_day,
        max(observed_on) as last_day

    from {{ ref('customers') }}

)

select {{ add_days('bounds.first_day', 'numbers.number') }} as date_day

from numbers

cross join bounds

where numbers.number <= {{ days_between('bounds.first_day', 'bounds.last_day') }}
