{{ config(enabled=var('value')) }}

with

customers as (

    select * from {{ ref('customers') }}

    where {{ is_on('customer_rfm') }}

),

recency_scores as (

    {{ tied_scores('customers', 'recency_days', 'desc') }}

),

frequency_scores as (

    {{ tied_scores('customers', 'purchases', 'asc') }}

),

monetary_scores as (

    {{ tied_scores('customers', 'total_spend', 'asc') }}

),

scored as (

    select
        customers.customer_id,
        customers.segment_key,
        customers.segment_name,
        customers.observed_on,
        customers.recency_days,
        customers.purchases,
        customers.total_spend,
        recency_scores.score as recency_score,
        frequency_scores.score as frequency_score,
        monetary_scores.score as monetary_score

    from customers

    left join recency_scores
        on customers.recency_days = recency_scores.value

    left join frequency_scores
        on customers.purchases = frequency_scores.value

    left join monetary_scores
        on customers.total_spend = monetary_scores.value

)

select
    scored.*,
    cast(
        100 * recency_score + 10 * frequency_score + monetary_score as integer
    ) as rfm_score,
    rfm_segments.rfm_segment,
    rfm_segments.rfm_segment_order

from scored

left join {{ ref('rfm_segments') }} as rfm_segments
    on scored.recency_score between recency_from and recency_to
    and scored.frequency_score between frequency_from and frequency_to
    and scored.monetary_score between monetary_from and monetary_to
