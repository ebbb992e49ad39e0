{{ config(enabled=var('campaign')) }}

with

response as (

    select * from {{ ref('ml_campaign_response') }}

    where skip_reason is null

),

-- the out-of-fold probability stands as long as the file says the same of the customer
probabilities as (

    select
        customer_id,
        probability,
        false as is_out_of_fold

    from {{ ref('ml_campaign_scores') }}

    union all

    select
        evaluated.customer_id,
        evaluated.probability,
        true as is_out_of_fold

    from {{ ref('int_campaign_evaluated') }} as evaluated

    left join {{ ref('ml_campaign_scores') }} as new_scores
        on evaluated.customer_id = new_scores.customer_id

    where new_scores.customer_id is null

),

-- some whom the model was judged on may have left; the rest is narrow, as it is sorted
ranked as (

    select
        probabilities.*,
        customer_segments.segment_key,
        customer_segments.segment_name,
        ntile(10) over (
            order by probabilities.probability desc, probabilities.customer_id
        ) as decile

    from probabilities

    inner join {{ ref('customer_segments') }} as customer_segments
        on probabilities.customer_id = customer_segments.customer_id

)

select
    ranked.customer_id,
    ranked.segment_key,
    ranked.segment_name,
    response.campaign,
    response.published_model,
    ranked.probability,
    ranked.is_out_of_fold,
    cast(ranked.decile as integer) as decile,
    cast(
        ranked.probability * response.revenue_per_response - response.contact_cost
        as double
    ) as expected_profit

from ranked

cross join response
