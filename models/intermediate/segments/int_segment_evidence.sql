{# what the playbook looks at: subject -> features, the first that is known #}
{% set subjects = {
    'value': ['total_spend', 'spending_score'],
    'purchases': ['purchases'],
    'visits': ['web_visits_per_month'],
    'answers': ['campaigns_accepted'],
    'recency': ['recency_days'],
    'tenure': ['tenure_days'],
    'income': ['income'],
    'children': ['children'],
    'change': ['spend_change_365_days', 'spend_change_90_days'],
} %}
{# a mean that one customer has this share of is about that customer #}
{% set carried_by_one = 0.25 %}
{# to be silent for longer than others is no reason to act before this many days #}
{% set silent_days = 90 %}
{# nor is somebody new who has been here for longer than this #}
{% set new_days = 180 %}

with

claims as (

    select *

    from {{ ref('segment_claims') }}

    where holds and measure != 'share within limit'

),

subjects as (

    {% for subject, features in subjects.items() %}
    {% set outer = loop %}
    {% for feature in features %}
    select
        '{{ subject }}' as subject,
        '{{ feature }}' as feature,
        {{ loop.index }} as place
    {{ 'union all' if not (loop.last and outer.last) }}
    {% endfor %}
    {% endfor %}

),

known as (

    select
        subjects.subject,
        profiles.segment_key,
        profiles.feature,
        profiles.feature_label,
        row_number() over (
            partition by profiles.segment_key, subjects.subject order by subjects.place
        ) as place

    from {{ ref('segment_feature_profiles') }} as profiles

    inner join subjects
        on profiles.feature = subjects.feature

),

-- who buys once a year is not silent after four months
rhythms as (

    select
        segment_key,
        median as silence_ratio

    from {{ ref('segment_feature_profiles') }}

    where feature = 'silence_ratio'

),

-- the word has to be true by itself, not only against others
judged as (

    select
        known.*,
        claims.clause,
        case
            when known.subject = 'recency' and claims.direction = 'high'
                then
                    claims.measure = 'median'
                    and claims.segment_figure >= {{ silent_days }}
                    and coalesce(rhythms.silence_ratio, 1) >= 1
            when known.subject = 'tenure' and claims.direction = 'low'
                then claims.measure = 'median' and claims.segment_figure <= {{ new_days }}
            when known.subject = 'change' and claims.direction = 'high'
                then claims.measure = 'median' and claims.segment_figure > 0
            when known.subject = 'change' and claims.direction = 'low'
                then claims.measure = 'median' and claims.segment_figure < 0
            else coalesce(claims.direction, 'average') != 'average'
        end as is_so,
        claims.direction

    from known

    left join claims
        on known.segment_key = claims.segment_key
        and known.feature = claims.feature

    left join rhythms
        on known.segment_key = rhythms.segment_key

    where known.place = 1

),

-- only what was forecast from days of purchases, with how wrong such forecasts were
forecast as (

    select
        customers.segment_key,
        {{ exact_sum('forecasts.expected_spend') }} as expected_spend,
        max(forecasts.expected_spend) as largest,
        count(*) as customers

    from {{ rows_of('ml_customer_forecast', var('value'), {
        'customer_id': 'string', 'expected_spend': 'double',
    }) }} as forecasts

    inner join {{ ref('customer_segments') }} as customers
        on forecasts.customer_id = customers.customer_id

    where forecasts.expected_spend is not null

    group by customers.segment_key

),

accuracy as (

    select
        max(horizon_days) as horizon_days,
        -- the share by which all together were missed, not the errors after it
        split_part(max(sentence), ' Root mean', 1) as sentence

    from {{ rows_of('forecast_accuracy', var('value'), {
        'target': 'string', 'horizon_days': 'integer', 'sentence': 'string',
    }) }}

    where target = 'spend'

),

expected as (

    select
        forecast.segment_key,
        accuracy.horizon_days,
        accuracy.sentence,
        forecast.largest >= {{ carried_by_one }} * forecast.expected_spend
            as is_own_carried,
        max(forecast.largest) over ()
        >= {{ carried_by_one }} * sum(forecast.expected_spend) over () as is_all_carried,
        cast(forecast.expected_spend as double) / forecast.customers as own,
        cast(sum(forecast.expected_spend) over () as double)
        / sum(forecast.customers) over () as of_all

    from forecast

    cross join accuracy

    where accuracy.sentence is not null

),

stopping as (

    select
        segment_key,
        count(*) as likely_to_stop

    from {{ rows_of('customers_at_risk', var('value'), {
        'segment_key': 'string', 'risk_list': 'string',
    }) }}

    where risk_list = 'likely to stop'

    group by segment_key

),

risks as (

    select
        segments.segment_key,
        segments.customers,
        coalesce(stopping.likely_to_stop, 0) as likely_to_stop,
        sum(stopping.likely_to_stop) over () / cast(sum(segments.customers) over () as double)
            as of_all

    from {{ ref('segments') }} as segments

    left join stopping
        on segments.segment_key = stopping.segment_key

    where segments.status = 'current'

),

-- more than chance gives a segment of this size
bounded as (

    select
        *,
        {{ share_of('likely_to_stop', 'customers') }} as own,
        {{ wilson_bound('likely_to_stop', 'customers', -1) }} as lower_bound,
        {{ wilson_bound('likely_to_stop', 'customers', 1) }} as upper_bound

    from risks

    where of_all > 0 and customers > 0

),

-- who leaves is told by the outcome that the input names
outcomes as (

    select *

    from {{ rows_of('segment_campaign_response', var('campaign'), {
        'segment_key': 'string', 'campaign': 'string', 'campaign_label': 'string',
        'is_target': 'boolean', 'acceptance_rate': 'double',
        'acceptance_rate_lower': 'double', 'acceptance_rate_upper': 'double',
        'population_rate': 'double',
    }) }}

    where is_target and {{ says_leaving('campaign') }}

)

select
    segment_key,
    subject,
    case when is_so then direction else 'middle' end as degree,
    coalesce(clause, feature_label || ' about as of all customers') as clause,
    cast(null as {{ dbt.type_string() }}) as accuracy

from judged

union all

select
    segment_key,
    'expected' as subject,
    {{ level_of('100 * own / nullif(of_all, 0)') }} as degree,
    'Expected spend of ' || {{ figure('own') }} || ' a customer in '
    || {{ figure('horizon_days') }} || ' days (' || {{ figure('of_all') }} || ')' as clause,
    sentence as accuracy

from expected

where not is_own_carried and not is_all_carried

union all

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
    cast(null as {{ dbt.type_string() }}) as accuracy

from bounded

union all

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
    cast(null as {{ dbt.type_string() }}) as accuracy

from outcomes
