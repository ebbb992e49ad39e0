-- a row here: a member whom the changes do not lead to, or somebody led to who is none
with

replayed as (

    select
        audience_key,
        customer_id

    from {{ ref('audience_changes') }}

    where changed_on <= (select observed_on from {{ ref('int_input_statistics') }})

    group by audience_key, customer_id

    having max_by(change_type, changed_on) = 'entered'

),

members as (

    select
        audience_key,
        customer_id

    from {{ ref('audience_members') }}

)

select
    coalesce(replayed.audience_key, members.audience_key) as audience_key,
    coalesce(replayed.customer_id, members.customer_id) as customer_id

from replayed

full outer join members
    on replayed.audience_key = members.audience_key
    and replayed.customer_id = members.customer_id

where replayed.customer_id is null or members.customer_id is null
