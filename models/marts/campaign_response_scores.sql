with

customers as (

    select * from {{ ref('int_customers_campaign_features') }}

),

evaluated as (

    select * from {{ ref('int_campaign_evaluated') }}

),

new_scores as (

    select * from {{ ref('ml_campaign_scores') }}

),

response as (

    select * from {{ ref('ml_campaign_response') }}

    where skip_reason is null

),

customer_segments as (

    select * from {{ ref('customer_segments') }}

),

-- the out-of-fold probability stands as long as the file says the same of the customer
probabilities as (

    select
        customers.customer_id,
        coalesce(new_scores.probability, evaluated.probability) as probability,
        new_scores.customer_id is null as is_out_of_fold

    from customers

    left join evaluated
        on customers.customer_id = evaluated.customer_id

    left join new_scores
        on customers.customer_id = new_scores.customer_id

)

select
    probabilities.customer_id,
    customer_segments.segment_key,
    customer_segments.segment_name,
    response.campaign,
    response.published_model,
    probabilities.probability,
    probabilities.is_out_of_fold,
    cast(
        ntile(10) over (
            order by probabilities.probability desc, probabilities.customer_id
        ) as integer
    ) as decile,
    cast(
        probabilities.probability * response.revenue_per_response - response.contact_cost
        as double
    ) as expected_profit

from probabilities

cross join response

left join customer_segments
    on probabilities.customer_id = customer_segments.customer_id
