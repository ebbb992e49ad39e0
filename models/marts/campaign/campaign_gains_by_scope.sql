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

counted as (

    {{ by_scope('ranked', ['segment_name', 'decile'], {
        'contacts': 'cast(count(*) as bigint)',
        'responses': 'cast(count_if(has_responded) as bigint)',
        'listed': 'count_if(is_listed)',
        'listed_responses': 'count_if(is_listed and has_responded)',
    }) }}

),

accumulated as (

    select
        *,
        sum(contacts) over running as cumulative_contacts,
        sum(responses) over running as cumulative_responses,
        sum(contacts) over of_scope as all_contacts,
        sum(responses) over of_scope as all_responses,
        sum(listed) over of_scope as all_listed,
        sum(listed_responses) over of_scope as all_listed_responses,
        min(decile) over of_scope as first_decile,
        {{ share_of(
            "sum(case when scope = 'all customers' then responses end) over ()",
            "sum(case when scope = 'all customers' then contacts end) over ()"
        ) }} as response_rate

    from counted

    window
        running as (
            partition by segment_key
            order by decile
            rows between unbounded preceding and current row
        ),
        of_scope as (partition by segment_key)

),

-- contacts of the start and the cut-off are null or 0, so that contacts add up; without
-- money there is no cut-off
points as (

    select
        accumulated.*,
        kinds.point_kind,
        kinds.kind_order,
        case when kind_order = 1 then decile end as point_decile,
        case when kind_order = 1 then contacts end as point_contacts,
        case when kind_order = 1 then responses end as point_responses,
        case kind_order when 0 then 0 when 1 then cumulative_contacts else all_listed end
            as contacts_so_far,
        case kind_order
            when 0 then 0 when 1 then cumulative_responses else all_listed_responses
        end as responses_so_far

    from accumulated

    cross join cut_off

    cross join (
        values (0, 'start'), (1, 'tenth'), (2, 'cut-off')
    ) as kinds (kind_order, point_kind)

    where
        kinds.kind_order = 1
        or accumulated.decile = accumulated.first_decile
        and (kinds.kind_order = 0 or cut_off.threshold is not null)

)

select
    points.scope,
    points.segment_key,
    points.segment_name,
    cast(
        row_number() over (
            partition by points.segment_key
            order by points.contacts_so_far, points.kind_order
        ) as integer
    ) as point_order,
    points.point_kind,
    cast(points.point_decile as integer) as decile,
    points.point_contacts as contacts,
    points.point_responses as responses,
    {{ share_of('points.point_responses', 'points.point_contacts') }} as response_rate,
    {{ share_of('points.point_responses', 'points.point_contacts') }}
    / nullif(points.response_rate, 0) as lift,
    cast(points.contacts_so_far as bigint) as cumulative_contacts,
    cast(points.responses_so_far as bigint) as cumulative_responses,
    {{ share_of('points.contacts_so_far', 'points.all_contacts') }}
        as cumulative_contact_share,
    {{ share_of('points.responses_so_far', 'points.all_responses') }}
        as cumulative_gain,
    {{ share_of('points.responses_so_far', 'points.contacts_so_far') }}
    / nullif(points.response_rate, 0) as cumulative_lift,
    points.point_responses * money.revenue_per_response
    - points.point_contacts * money.contact_cost as profit,
    points.responses_so_far * money.revenue_per_response
    - points.contacts_so_far * money.contact_cost as cumulative_profit

from points

cross join {{ ref('int_campaign_money') }} as money
