{{ config(enabled=var('campaign')) }}

with

rated as (

    select
        segment_key,
        field as campaign,
        field_order as campaign_order,
        role = 'target' as is_target,
        counted_customers as contacts,
        cast(total as bigint) as acceptances,
        {{ share_of('total', 'counted_customers') }} as acceptance_rate,
        {{ share_of(
            'sum(total) over (partition by field)',
            'sum(counted_customers) over (partition by field)'
        ) }} as population_rate

    from {{ ref('int_segment_field_totals') }}

    where role in ('campaign', 'target')

)

select
    rated.segment_key,
    current_segments.segment_name,
    rated.campaign,
    {{ for_people('rated.campaign') }} as campaign_label,
    rated.campaign_order,
    rated.is_target,
    rated.contacts,
    rated.acceptances,
    rated.acceptance_rate,
    {{ wilson_bound('rated.acceptances', 'rated.contacts', -1) }} as acceptance_rate_lower,
    {{ wilson_bound('rated.acceptances', 'rated.contacts', 1) }} as acceptance_rate_upper,
    rated.population_rate,
    100 * rated.acceptance_rate / nullif(rated.population_rate, 0) as response_index

from rated

left join {{ ref('int_current_segments') }} as current_segments
    on rated.segment_key = current_segments.segment_key
