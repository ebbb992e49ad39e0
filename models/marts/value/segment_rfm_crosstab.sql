{{ config(enabled=var('value')) }}
{% set segment_share =
    share_of('customers', 'sum(customers) over (partition by segment_key)') %}
{% set population_share = share_of(
    'sum(customers) over (partition by rfm_segment)', 'sum(customers) over ()'
) %}

with

counted as (

    select
        segment_key,
        segment_name,
        rfm_segment,
        count(customer_id) as customers

    from {{ ref('customer_rfm') }}

    where rfm_segment is not null

    group by segment_key, segment_name, rfm_segment

),

segments as (

    select distinct
        segment_key,
        segment_name

    from counted

),

rfm_segments as (

    select distinct
        rfm_segment,
        rfm_segment_order

    from {{ ref('rfm_segments') }}

),

-- a pair without customers is a finding too
paired as (

    select
        segments.segment_key,
        segments.segment_name,
        rfm_segments.rfm_segment,
        rfm_segments.rfm_segment_order,
        coalesce(counted.customers, 0) as customers

    from segments

    cross join rfm_segments

    left join counted
        on segments.segment_key = counted.segment_key
        and rfm_segments.rfm_segment = counted.rfm_segment

)

select
    segment_key,
    segment_name,
    rfm_segment,
    rfm_segment_order,
    cast(customers as bigint) as customers,
    {{ segment_share }} as segment_share,
    {{ population_share }} as population_share,
    100 * ({{ segment_share }}) / nullif({{ population_share }}, 0) as share_index

from paired
