with

members as (

    select
        audience_key,
        count(customer_id) as members,
        count_if(is_first_list) as first_members

    from {{ ref('audience_members') }}

    group by audience_key

),

changes as (

    select
        audience_key,
        count_if(change_type = 'entered') as entered,
        count_if(change_type = 'left') as left_since

    from {{ ref('audience_changes') }}

    where changed_on = (select observed_on from {{ ref('int_input_statistics') }})

    group by audience_key

)

-- a list may be empty, as where all of a segment is held out
select
    audiences.audience_key,
    audiences.audience_kind,
    audiences.audience_name,
    audiences.segment_key,
    audiences.priority,
    cast(coalesce(members.members, 0) as bigint) as members,
    cast(coalesce(members.first_members, 0) as bigint) as first_members,
    cast(coalesce(changes.entered, 0) as bigint) as members_entered,
    cast(coalesce(changes.left_since, 0) as bigint) as members_left,
    input_statistics.observed_on

from {{ ref('int_audiences') }} as audiences

cross join {{ ref('int_input_statistics') }} as input_statistics

left join members
    on audiences.audience_key = members.audience_key

left join changes
    on audiences.audience_key = changes.audience_key
