with

segments as (

    select * from {{ ref('segments') }}

    where status = 'current'

),

targets as (

    select * from {{ rows_of('campaign_targets', var('campaign'), {'campaign': 'string'}) }}

)

-- who is in several lists is written to for the campaign, else by the more valuable one
select
    'campaign_' || campaign as audience_key,
    'campaign' as audience_kind,
    'Campaign ' || campaign as audience_name,
    cast(null as {{ dbt.type_string() }}) as segment_key,
    cast(1 as integer) as priority

from targets

group by campaign

union all

select
    'segment_' || segment_key as audience_key,
    'segment' as audience_kind,
    segment_name as audience_name,
    segment_key,
    cast(
        1 + row_number() over (order by value_rank nulls last, segment_key) as integer
    ) as priority

from segments
