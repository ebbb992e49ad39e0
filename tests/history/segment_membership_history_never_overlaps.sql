-- a row here: a customer is in two segments on one day, so joins on a date would fan out
with

intervals as (

    select
        *,
        lead(valid_from) over (partition by customer_id order by valid_from) as next_from

    from {{ ref('segment_membership_history') }}

)

select * from intervals

where
    valid_to <= valid_from
    or valid_to > next_from
    or (valid_to is null and next_from is not null)
