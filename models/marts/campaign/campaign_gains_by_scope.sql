{{ config(enabled=var('campaign')) }}

with

cut_off as (

    select {{ campaign_threshold() }} as threshold from {{ ref('ml_campaign_response') }}

),

-- customers who are gone from the input have no segment and are in neither part; without
-- money nobody is known to be listed
ranked as (

    select
        evaluated.has_responded,
        evaluated.probability >= cut_off.threshold as is_listed,
        customer_segments.segment_key,
        customer_segments.segment_name,
        ntile(10) over (
            order by evaluated.probability desc, evaluated.customer_id
        ) as decile

    from {{ ref('int_campaign_evaluated') }} as evaluated

    cross join cut_off

    inner join {{ ref('customer_segments') }} as customer_segments
        on evaluated.customer_id = customer_segments.customer_id

),

scoped as (

    select
        'segment' as scope,
        segment_key,
        segment_name,
        decile,
        is_listed,
        has_responded

    from ranked

    union all

    select
        'all customers' as scope,
        'all' as segment_key,
        'All customers' as segment_name,
        decile,
        is_listed,
        has_responded

    from ranked

),

counted as (

    select
        scope,
        segment_key,
        segment_name,
        cast(decile as integer) as decile,
        cast(count(*) as bigint) as contacts,
        cast(count_if(has_responded) as bigint) as responses,
        count_if(is_listed) as listed,
        count_if(is_listed and has_responded) as listed_responses

    from scoped

    group by scope, segment_key, segment_name, decile

),

accumulated as (

    select
        *,
        cast(sum(contacts) over running as bigint) as cumulative_contacts,
        cast(sum(responses) over running as bigint) as cumulative_responses,
        sum(contacts) over (partition by segment_key) as all_contacts,
        sum(responses) over (partition by segment_key) as all_responses,
        sum(listed) over (partition by segment_key) as all_listed,
        sum(listed_responses) over (partition by segment_key) as all_listed_responses

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

    where scope = 'all customers'

),

-- contacts of the start and the cut-off are null or 0, so that contacts add up
points as (

    select
        scope,
        segment_key,
        segment_name,
        'tenth' as point_kind,
        decile,
        contacts,
        responses,
        cumulative_contacts,
        cumulative_responses,
        all_contacts,
        all_responses

    from accumulated

    union all

    select
        accumulated.scope,
        accumulated.segment_key,
        accumulated.segment_name,
        'start' as point_kind,
        cast(null as integer) as decile,
        cast(null as bigint) as contacts,
        cast(null as bigint) as responses,
        cast(0 as bigint) as cumulative_contacts,
        cast(0 as bigint) as cumulative_responses,
        max(accumulated.all_contacts) as all_contacts,
        max(accumulated.all_responses) as all_responses

    from accumulated

    group by accumulated.scope, accumulated.segment_key, accumulated.segment_name

    union all

    select
        accumulated.scope,
        accumulated.segment_key,
        accumulated.segment_name,
        'cut-off' as point_kind,
        cast(null as integer) as decile,
        cast(null as bigint) as contacts,
        cast(null as bigint) as responses,
        cast(max(accumulated.all_listed) as bigint) as cumulative_contacts,
        cast(max(accumulated.all_listed_responses) as bigint) as cumulative_responses,
        max(accumulated.all_contacts) as all_contacts,
        max(accumulated.all_responses) as all_responses

    from accumulated

    -- without money there is no cut-off
    inner join cut_off
        on cut_off.threshold is not null

    group by accumulated.scope, accumulated.segment_key, accumulated.segment_name

)

select
    points.scope,
    points.segment_key,
    points.segment_name,
    cast(
        row_number() over (
            partition by points.segment_key
            order by
                points.cumulative_contacts,
                case points.point_kind when 'start' then 0 when 'tenth' then 1 else 2 end
        ) as integer
    ) as point_order,
    points.point_kind,
    points.decile,
    points.contacts,
    points.responses,
    {{ share_of('points.responses', 'points.contacts') }} as response_rate,
    {{ share_of('points.responses', 'points.contacts') }}
    / nullif(population.response_rate, 0) as lift,
    points.cumulative_contacts,
    points.cumulative_responses,
    {{ share_of('points.cumulative_contacts', 'points.all_contacts') }}
        as cumulative_contact_share,
    {{ share_of('points.cumulative_responses', 'points.all_responses') }}
        as cumulative_gain,
    {{ share_of('points.cumulative_responses', 'points.cumulative_contacts') }}
    / nullif(population.response_rate, 0) as cumulative_lift,
    points.responses * money.revenue_per_response
    - points.contacts * money.contact_cost as profit,
    points.cumulative_responses * money.revenue_per_response
    - points.cumulative_contacts * money.contact_cost as cumulative_profit

from points

cross join population

cross join {{ ref('int_campaign_money') }} as money
