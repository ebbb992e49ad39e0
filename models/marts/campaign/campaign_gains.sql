with

evaluated as (

    select * from {{ ref('int_campaign_evaluated') }}

),

customer_segments as (

    select * from {{ ref('customer_segments') }}

),

money as (

    select * from {{ ref('int_campaign_money') }}

),

-- customers who are gone from the input have no segment and are in neither part
ranked as (

    select
        evaluated.has_responded,
        customer_segments.segment_key,
        customer_segments.segment_name,
        ntile(10) over (
            order by evaluated.probability desc, evaluated.customer_id
        ) as decile

    from evaluated

    inner join customer_segments
        on evaluated.customer_id = customer_segments.customer_id

),

scoped as (

    select
        segment_key,
        segment_name,
        decile,
        has_responded

    from ranked

    union all

    select
        'all' as segment_key,
        'all customers' as segment_name,
        decile,
        has_responded

    from ranked

),

counted as (

    select
        segment_key,
        segment_name,
        cast(decile as integer) as decile,
        cast(count(*) as bigint) as contacts,
        cast(count_if(has_responded) as bigint) as responses

    from scoped

    group by segment_key, segment_name, decile

),

accumulated as (

    select
        *,
        cast(sum(contacts) over running as bigint) as cumulative_contacts,
        cast(sum(responses) over running as bigint) as cumulative_responses,
        sum(contacts) over (partition by segment_key) as all_contacts,
        sum(responses) over (partition by segment_key) as all_responses

    from counted

    window running as (
        partition by segment_key
        order by decile
        rows between unbounded preceding and current row
    )

),

population as (

    select {{ share_of('sum(responses)', 'sum(contacts)') }} as response_rate

    from counted

    where segment_key = 'all'

)

select
    accumulated.segment_key,
    accumulated.segment_name,
    accumulated.decile,
    accumulated.contacts,
    accumulated.responses,
    {{ share_of('accumulated.responses', 'accumulated.contacts') }} as response_rate,
    {{ share_of('accumulated.responses', 'accumulated.contacts') }}
    / nullif(population.response_rate, 0) as lift,
    accumulated.cumulative_contacts,
    accumulated.cumulative_responses,
    {{ share_of('accumulated.cumulative_contacts', 'accumulated.all_contacts') }}
        as cumulative_contact_share,
    {{ share_of('accumulated.cumulative_responses', 'accumulated.all_responses') }}
        as cumulative_gain,
    {{ share_of('accumulated.cumulative_responses', 'accumulated.cumulative_contacts') }}
    / nullif(population.response_rate, 0) as cumulative_lift,
    accumulated.responses * money.revenue_per_response
    - accumulated.contacts * money.contact_cost as profit,
    accumulated.cumulative_responses * money.revenue_per_response
    - accumulated.cumulative_contacts * money.contact_cost as cumulative_profit

from accumulated

cross join population

cross join money
