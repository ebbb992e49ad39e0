{{ config(enabled=var('campaign')) }}

with

-- contacts of the start and the cut-off are null or 0, so that contacts add up; without
-- money there is no cut-off
points as (

    select
        tenths.*,
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

    from {{ ref('int_campaign_tenths') }} as tenths

    cross join (
        values (0, 'start'), (1, 'tenth'), (2, 'cut-off')
    ) as kinds (kind_order, point_kind)

    where
        kinds.kind_order = 1
        or tenths.decile = tenths.first_decile
        and (kinds.kind_order = 0 or tenths.all_listed is not null)

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
