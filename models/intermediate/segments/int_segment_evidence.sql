{# the figures are those of macros/segments/evidence.sql; here is what they mean #}
select
    segment_key,
    subject,
    case when is_so then direction else 'middle' end as degree,
    coalesce(clause, feature_label || ' about as of all customers') as clause,
    cast(null as {{ dbt.type_string() }}) as accuracy

from (
    {{ claims_of_subjects() }}
) as claims

union all

select
    segment_key,
    'expected' as subject,
    {{ level_of('100 * own / nullif(of_all, 0)') }} as degree,
    'Expected spend of ' || {{ figure('own') }} || ' a customer in '
    || {{ figure('horizon_days') }} || ' days (' || {{ figure('of_all') }} || ')' as clause,
    sentence as accuracy

from (
    {{ expected_of_segments() }}
) as expected

where not is_own_carried and not is_all_carried

union all

-- more than chance gives a segment of this size
select
    segment_key,
    'risk' as subject,
    case
        when lower_bound > of_all then 'high'
        when upper_bound < of_all then 'low'
        else 'middle'
    end as degree,
    'Likely to stop: ' || {{ percent('own') }} || ' (' || {{ percent('of_all') }} || ')'
        as clause,
    null as accuracy

from (
    {{ stopping_of_segments() }}
) as stopping

union all

-- who leaves is told by the outcome that the input names
select
    segment_key,
    'leaving' as subject,
    case
        when
            acceptance_rate_lower > population_rate
            or acceptance_rate_upper < population_rate
            then {{ level_of('100 * acceptance_rate / nullif(population_rate, 0)') }}
        else 'middle'
    end as degree,
    campaign_label || ' ' || {{ percent('acceptance_rate') }} || ' ('
    || {{ percent('population_rate') }} || ')' as clause,
    null as accuracy

from {{ rows_of('segment_campaign_response', var('campaign'), {
    'segment_key': 'string', 'campaign': 'string', 'campaign_label': 'string',
    'is_target': 'boolean', 'acceptance_rate': 'double',
    'acceptance_rate_lower': 'double', 'acceptance_rate_upper': 'double',
    'population_rate': 'double',
}) }}

where is_target and {{ says_leaving('campaign') }}
