{{ config(materialized='view') }}
{# a file that has one of the columns counts in it all the children it knows of #}
{% set at_home = input_fields('attribute')
    | selectattr('name', 'in', ['children_at_home', 'teenagers_at_home']) | list %}

with

-- a value that the look-up does not know is kept as the file has it
translated as (

    select
        customers.*,
        coalesce(education_levels.education, customers.education) as education_level,
        education_levels.education_rank,
        coalesce(marital_statuses.marital_status, customers.marital_status)
            as household_status,
        marital_statuses.adult_count,
        coalesce(genders.gender, customers.gender) as known_gender,
        input_statistics.observed_on,
        input_statistics.highest_plausible_income,
        suppressed.customer_id is not null as is_suppressed,
        cast(
            coalesce(
                extract(year from input_statistics.observed_on) - customers.birth_year,
                customers.age_years
            ) as integer
        ) as age,
        coalesce(
            customers.recency_days,
            {{ days_between('customers.last_purchase_on', 'input_statistics.observed_on') }}
        ) as known_recency_days,
        {% for field in at_home %}
        customers.{{ staging_column(field) }}{{ ' +' if not loop.last }}
        {% else %}
        cast(null as integer)
        {% endfor %}
            as children

    from {{ ref('stg_input__customers') }} as customers

    cross join {{ ref('int_input_statistics') }} as input_statistics

    left join {{ ref('education_levels') }} as education_levels
        on lower(customers.education) = education_levels.source_value

    left join {{ ref('marital_statuses') }} as marital_statuses
        on lower(customers.marital_status) = marital_statuses.source_value

    left join {{ ref('genders') }} as genders
        on lower(customers.gender) = genders.source_value

    left join {{ ref('int_suppressed_customers') }} as suppressed
        on customers.customer_id = suppressed.customer_id

)

select
    *,
    adult_count + children as household_size,
    case
        when adult_count = 1 and children = 0 then 'Single'
        when adult_count = 1 and children > 0 then 'Single parent'
        when adult_count = 2 and children = 0 then 'Couple'
        when adult_count = 2 and children > 0 then 'Family'
    end as household_type,
    coalesce(age not between {{ var('plausible_age_years') | join(' and ') }}, false)
        as is_age_implausible,
    coalesce(income > highest_plausible_income, false) as is_income_implausible,
    -- a day to come is a notice: until then somebody is still there
    case
        when has_left or left_on <= observed_on then 'has left'
        when has_opted_out or opted_out_on <= observed_on then 'has opted out'
        {% if has_field('attribute', 'may_contact') %}
        -- where a file asks for consent, no answer is none
        when not coalesce(may_contact, false) then 'has not agreed'
        {% endif %}
        when is_suppressed then 'is suppressed'
    end as no_contact_reason

from translated
