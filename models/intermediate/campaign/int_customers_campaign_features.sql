{{ config(enabled=var('campaign'), materialized=computed_when_read()) }}

with

-- the input's own categories, channels and earlier campaigns, whatever their names
own_fields as (

    select * from {{ ref('stg_input__customers') }}

)

-- all of it is known before the target campaign; segments are left out although they
-- are made without the target, as they only say again what their features say
select
    customers.customer_id,
    cast(customers.profile_fingerprint as {{ dbt.type_string() }}) as profile_fingerprint,
    customers.target_accepted,

    ---------- who
    case when not customers.is_age_implausible then customers.age end as age,
    case when not customers.is_income_implausible then customers.income end as income,
    customers.education,
    customers.education_rank,
    customers.marital_status,
    customers.household_size - customers.children as adults,
    customers.children_at_home,
    customers.teenagers_at_home,

    ---------- since when
    customers.tenure_days,
    customers.recency_days,

    ---------- what they spend; a share of nothing is null
    customers.total_spend,
    customers.gold_spend,
    {% for field in input_fields('spend') %}
    own_fields.{{ staging_column(field) }},
    {{ share_of('own_fields.' ~ staging_column(field), 'customers.total_spend') }}
        as {{ quoted_name('share_of_' ~ staging_name(field)) }},
    {% endfor %}

    ---------- where and how they buy
    customers.purchases,
    {% for field in input_fields('channel') %}
    own_fields.{{ staging_column(field) }},
    {{ share_of('own_fields.' ~ staging_column(field), 'customers.purchases') }}
        as {{ quoted_name('share_of_' ~ staging_name(field)) }},
    {% endfor %}
    customers.deal_purchases,
    customers.deal_share,
    customers.web_visits_per_month,
    customers.has_complained,

    {% for field in declared_fields() %}
    {% if loop.first %}
    ---------- what the input declares by own names
    {% endif %}
    customers.{{ quoted_name(
        field.name ~ '_days' if field.role == 'date' else staging_name(field)
    ) }},
    {% endfor %}

    ---------- earlier campaigns
    {% for field in input_fields('campaign') %}
    own_fields.{{ staging_column(field) }},
    {% endfor %}
    customers.campaigns_accepted

from {{ ref('int_customers_engineered') }} as customers

inner join own_fields
    on customers.customer_id = own_fields.customer_id
