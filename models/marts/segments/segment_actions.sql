{# shares below these are too small to build an offer on, however high their index #}
{% set smallest_channel_share = 0.15 %}
{% set smallest_category_share = 0.10 %}
{# and a share has to be this much above that of all customers to be evidence #}
{% set notable_index = 120 %}
{# what the playbook looks at: level -> features, the first that is known #}
{% set levels = {
    'value_level': ['total_spend', 'spending_score'],
    'purchases_level': ['purchases'],
    'visits_level': ['web_visits_per_month'],
    'answers_level': ['campaigns_accepted'],
    'recency_level': ['recency_days'],
    'income_level': ['income'],
} %}

with

segments as (

    select * from {{ ref('segments') }}

    where status = 'current'

),

-- what notably sets a segment apart, as sentences say it
claims as (

    select *

    from {{ ref('segment_claims') }}

    where holds and measure != 'share within limit'

),

known as (

    select
        segment_key,
        feature

    from {{ ref('segment_feature_profiles') }}

),

target_rates as (

    select
        segment_key,
        campaign,
        acceptance_rate,
        population_rate

    from {{ ref('segment_campaign_response') }}

    where is_target

),

playbook as (

    select * from {{ ref('playbook') }}

),

-- a row that asks for more is the better match
playbook_levels as (

    select
        *,
        0
        {%- for level in levels %}
        + case when {{ level }} is null then 0 else 1 end
        {%- endfor %}
            as given_levels

    from playbook

),

deal_sensitivity as (

    select * from {{ ref('deal_sensitivity') }}

),

channel_mix as (

    select * from {{ ref('segment_channel_mix') }}

),

category_mix as (

    select * from {{ ref('segment_category_mix') }}

),

customers_at_risk as (

    select
        segment_key,
        count(*) as at_risk_customers,
        count_if(is_high_value) as high_value_at_risk_customers,
        sum(total_spend) as spend_at_risk

    from {{ ref('customers_at_risk') }}

    -- who is gone already is no longer at risk
    where risk_list != 'gone: win back'

    group by segment_key

),

-- middle is what is known and notable neither way
features_levelled as (

    select
        known.segment_key,
        {% for level, features in levels.items() %}
        coalesce(
            {% for feature in features %}
            max(case
                when known.feature = '{{ feature }}'
                    then coalesce(replace(claims.direction, 'average', 'middle'), 'middle')
            end),
            {% endfor %}
            null
        ) as {{ level }},
        {% endfor %}
        {% for features in levels.values() %}
        {% for feature in features %}
        coalesce(
            max(case when known.feature = '{{ feature }}' then claims.clause || '; ' end), ''
        )
        ||
        {% endfor %}
        {% endfor %}
        '' as clauses

    from known

    left join claims
        on known.segment_key = claims.segment_key
        and known.feature = claims.feature

    group by known.segment_key

),

strongest as (

    select
        segment_key,
        clause,
        row_number() over (
            partition by segment_key order by abs(difference) desc, feature
        ) as claim_rank

    from claims

    where direction != 'average'

),

objectives as (

    select
        features_levelled.segment_key,
        playbook.choice,
        playbook.tone,
        playbook.message_idea,
        row_number() over (
            partition by features_levelled.segment_key
            order by
                playbook.given_levels desc,
                playbook.choice,
                playbook.message_idea
        ) as objective_rank

    from features_levelled

    inner join playbook_levels as playbook
        on playbook.decision = 'objective'
    {%- for level in levels %}
    and (
        playbook.{{ level }} is null
        or playbook.{{ level }} = features_levelled.{{ level }}
    )
    {%- endfor %}

),

channels_ranked as (

    select
        *,
        row_number() over (
            partition by segment_key order by share_index desc, channel
        ) as channel_rank

    from channel_mix

    where
        purchase_share >= {{ smallest_channel_share }}
        and share_index >= {{ notable_index }}

),

categories_ranked as (

    select
        *,
        row_number() over (
            partition by segment_key order by share_index desc, category
        ) as category_rank

    from category_mix

    where
        spend_share >= {{ smallest_category_share }}
        and share_index >= {{ notable_index }}

),

levelled as (

    select
        segments.segment_key,
        segments.segment_name,
        segments.description,
        segments.value_rank,
        segments.customers,
        segments.spend_share,
        {% for level in levels %}
        features_levelled.{{ level }},
        {% endfor %}
        features_levelled.clauses,
        objectives.choice as objective,
        objectives.tone,
        objectives.message_idea
        || coalesce(
            ': ' || lower(substr(strongest.clause, 1, 1)) || substr(strongest.clause, 2),
            ''
        ) as message_idea,
        target_rates.campaign as target_name,
        target_rates.acceptance_rate as target_rate,
        target_rates.population_rate as population_target_rate,
        target_rates.campaign || ': ' || {{ percent('target_rates.acceptance_rate') }}
        || ' of them, ' || {{ percent('target_rates.population_rate') }}
        || ' of all customers.' as target_reason,
        deal_sensitivity.deal_share,
        deal_sensitivity.population_deal_share,
        deal_sensitivity.deal_share_index,
        deal_sensitivity.deal_level,
        channels_ranked.channel,
        channels_ranked.purchase_share as channel_share,
        channels_ranked.population_share as population_channel_share,
        channels_ranked.share_index as channel_index,
        categories_ranked.category,
        categories_ranked.spend_share as category_share,
        categories_ranked.population_share as population_category_share,
        -- nobody at risk is a finding only where silence can be told
        {% for measure in [
            'at_risk_customers', 'high_value_at_risk_customers', 'spend_at_risk',
        ] %}
        coalesce(
            customers_at_risk.{{ measure }},
            case
                when
                    features_levelled.recency_level is not null
                    and features_levelled.purchases_level is not null
                    then 0
            end
        ) as {{ measure }},
        {% endfor %}
        categories_ranked.share_index as category_index

    from segments

    left join features_levelled
        on segments.segment_key = features_levelled.segment_key

    left join objectives
        on segments.segment_key = objectives.segment_key
        and objectives.objective_rank = 1

    left join strongest
        on segments.segment_key = strongest.segment_key
        and strongest.claim_rank = 1

    left join target_rates
        on segments.segment_key = target_rates.segment_key

    left join deal_sensitivity
        on segments.segment_key = deal_sensitivity.segment_key

    left join channels_ranked
        on segments.segment_key = channels_ranked.segment_key
        and channels_ranked.channel_rank = 1

    left join categories_ranked
        on segments.segment_key = categories_ranked.segment_key
        and categories_ranked.category_rank = 1

    left join customers_at_risk
        on segments.segment_key = customers_at_risk.segment_key

)

select
    levelled.segment_key,
    levelled.segment_name,
    levelled.value_rank,
    coalesce(levelled.objective, 'no advice') as objective,
    levelled.channel,
    offers.choice as offer,
    levelled.category,
    levelled.tone,
    levelled.message_idea,
    case
        when levelled.objective is not null
            then levelled.clauses || 'in brackets all customers.'
        else
            'The playbook has no advice for this segment. ' || levelled.description
            || coalesce(' ' || levelled.target_reason, '')
    end as objective_reason,
    levelled.target_reason,
    levelled.channel || ' has ' || {{ percent('levelled.channel_share') }}
    || ' of their purchases, ' || {{ percent('levelled.population_channel_share') }}
    || ' among all customers.' as channel_reason,
    {{ percent('levelled.deal_share') }}
    || ' of their purchases are made with a discount, '
    || {{ percent('levelled.population_deal_share') }} || ' among all customers.'
        as offer_reason,
    levelled.category || ' has ' || {{ percent('levelled.category_share') }}
    || ' of their spend, ' || {{ percent('levelled.population_category_share') }}
    || ' among all customers.' as category_reason,
    {{ figure('levelled.at_risk_customers') }} || ' of ' || {{ figure('levelled.customers') }}
    || ' customers are at risk, '
    || {{ figure('levelled.high_value_at_risk_customers') }}
    || ' of them among the best customers.' as retention_reason,
    {% for level in levels %}
    levelled.{{ level }},
    {% endfor %}
    levelled.spend_share,
    levelled.target_name,
    levelled.target_rate,
    levelled.population_target_rate,
    levelled.deal_level,
    levelled.deal_share,
    levelled.population_deal_share,
    levelled.deal_share_index,
    levelled.channel_share,
    levelled.population_channel_share,
    levelled.channel_index,
    levelled.category_share,
    levelled.population_category_share,
    levelled.category_index,
    levelled.customers,
    cast(levelled.at_risk_customers as bigint) as at_risk_customers,
    cast(levelled.high_value_at_risk_customers as bigint) as high_value_at_risk_customers,
    cast(levelled.spend_at_risk as decimal(18, 2)) as spend_at_risk

from levelled

left join playbook as offers
    on offers.decision = 'offer'
    and levelled.deal_level = offers.deal_level
