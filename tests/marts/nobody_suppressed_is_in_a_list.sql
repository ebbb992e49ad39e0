{# a row here: somebody on the suppression list whom a list of persons has #}
{% set of_persons = {'customer_id': 'string'} %}

with

listed as (

    select customer_id from {{ ref('audience_members') }}

    union all

    select customer_id from {{ ref('customer_contacts') }}

    union all

    select customer_id from {{ rows_of('campaign_targets', var('campaign'), of_persons) }}

    union all

    select customer_id from {{ rows_of('customers_at_risk', var('value'), of_persons) }}

    union all

    select customer_id
    from {{ rows_of('customer_recommendations', var('offers'), of_persons) }}

)

select listed.customer_id

from listed

inner join {{ ref('int_suppressed_customers') }} as suppressed
    on listed.customer_id = suppressed.customer_id
