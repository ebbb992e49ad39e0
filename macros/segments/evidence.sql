{#
  What of a segment's features is claimed in the subjects that the playbook looks at: of
  each subject of the first feature that is known.

  claims_of_subjects() -> segment_key, subject, feature, feature_label, clause, direction,
      is_so: whether the claim is true by itself, not only against other segments
#}
{% macro claims_of_subjects() -%}
    {#- subject -> features, the first that is known -#}
    {%- set subjects = {
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
    {#- to be silent for longer than others is no reason to act before this many days -#}
    {%- set silent_days = 90 %}
    {#- nor is somebody new who has been here for longer than this -#}
    {%- set new_days = 180 %}
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

    )

    -- the word has to be true by itself, not only against others
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
{%- endmacro %}

{#
  The spend that is expected of a segment's customer and of any, and whether one customer
  carries the sum.

  expected_of_segments() -> segment_key, horizon_days, sentence, is_own_carried,
      is_all_carried, own, of_all
#}
{% macro expected_of_segments() -%}
    {#- a mean that one customer has this share of is about that customer -#}
    {%- set carried_by_one = 0.25 %}
    with

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

    )

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
{%- endmacro %}

{#
  Which share of a segment is likely to stop, with its bounds, and of all customers; no
  row where nobody is.

  stopping_of_segments() -> segment_key, own, lower_bound, upper_bound, of_all
#}
{% macro stopping_of_segments() -%}
    with

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

    )

    -- more than chance gives a segment of this size
    select
        *,
        {{ share_of('likely_to_stop', 'customers') }} as own,
        {{ wilson_bound('likely_to_stop', 'customers', -1) }} as lower_bound,
        {{ wilson_bound('likely_to_stop', 'customers', 1) }} as upper_bound

    from risks

    where of_all > 0 and customers > 0
{%- endmacro %}
