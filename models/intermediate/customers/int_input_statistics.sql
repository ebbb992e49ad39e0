{% set ends = ['left_on', 'opted_out_on'] %}

with

summarised as (

    select
        -- a purchase cannot lie before the enrolment: the data are at least this young
        max({{ add_days('enrolled_on', 'coalesce(recency_days, 0)') }}) as last_implied_on,
        max(last_purchase_on) as last_purchase_on,
        {% for field in input_fields('date') %}
        max({{ staging_column(field) }}) as {{ quoted_name('last_' ~ field.name) }},
        {% endfor %}
        -- 9999-12-31 is a word for never
        {% for name in ends %}
        max(case when {{ name }} < date '2100-01-01' then {{ name }} end) as last_{{ name }},
        {% endfor %}
        percentile_cont(0.25) within group (order by income) as income_p25,
        percentile_cont(0.75) within group (order by income) as income_p75

    from {{ ref('stg_input__customers') }}

)

-- a file without any date has to be filed under some day, and never under today's
select
    coalesce(
        {{ given_day() }},
        greatest(
            coalesce(last_implied_on, last_purchase_on),
            coalesce(last_purchase_on, last_implied_on)
        ),
        {% for field in input_fields('date') %}
        {% if loop.first %}
        greatest(
            {% for other in input_fields('date') %}
            coalesce(
                {{ quoted_name('last_' ~ other.name) }},
                {{ quoted_name('last_' ~ field.name) }}
            ){{ ',' if not loop.last }}
            {% endfor %}
        ),
        {% endif %}
        {% endfor %}
        greatest(
            coalesce(last_left_on, last_opted_out_on),
            coalesce(last_opted_out_on, last_left_on)
        ),
        date '1970-01-01'
    ) as observed_on,
    cast(
        income_p75
        + {{ var('plausible_income_iqr') }} * (income_p75 - income_p25) as double
    ) as highest_plausible_income

from summarised

cross join {{ ref('input_dialect') }} as dialect
