{# shares below these are too small to build an offer on, however high their index #}
{% set smallest_channel_share = 0.15 %}
{% set smallest_category_share = 0.10 %}

with

segments as (

    select * from {{ ref('segments') }}

    where status = 'current'

),

profiles as (

    select * from {{ ref('segment_feature_profiles') }}

),

playbook as (

    select * from {{ ref('playbook') }}

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

indexed as (

    select
        {% for feature in [
            'total_spend', 'purchases', 'web_visits_per_month', 'campaigns_accepted',
            'recency_days', 'spending_score',
        ] %}
        max(case when feature = '{{ feature }}' then mean_index end) as {{ feature }}_index,
        {% endfor %}
        segment_key

    from profiles

    group by segment_key

),

-- of what is known about how often they buy, visit and answer
engaged as (

    select
        *,
        (
            coalesce(purchases_index, 0)
            + coalesce(web_visits_per_month_index, 0)
            + coalesce(campaigns_accepted_index, 0)
        ) / nullif(
            case when purchases_index is not null then 1 else 0 end
            + case when web_visits_per_month_index is not null then 1 else 0 end
            + case when campaigns_accepted_index is not null then 1 else 0 end,
            0
        ) as engagement_index

    from indexed

),

channels_ranked as (

    select
        *,
        row_number() over (
            partition by segment_key order by share_index desc, channel
        ) as channel_rank

    from channel_mix

    where purchase_share >= {{ smallest_channel_share }}

),

categories_ranked as (

    select
        *,
        row_number() over (
            partition by segment_key order by share_index desc, category
        ) as category_rank

    from category_mix

    where spend_share >= {{ smallest_category_share }}

),

-- customers who stay away longer than others are not engaged, whatever they once did;
-- those who were here lately are not gone, however seldom they buy
levelled as (

    select
        segments.segment_key,
        segments.segment_name,
        segments.value_rank,
        segments.customers,
        segments.spend_share,
        engaged.total_spend_index is null as is_spend_scored,
        coalesce(engaged.total_spend_index, engaged.spending_score_index) as spend_index,
        {{ level_of('coalesce(engaged.total_spend_index, engaged.spending_score_index)') }}
            as value_level,
        engaged.purchases_index,
        engaged.web_visits_per_month_index as web_visits_index,
        engaged.campaigns_accepted_index as campaigns_index,
        engaged.recency_days_index as recency_index,
        engaged.engagement_index,
        case
            when {{ level_of('engaged.recency_days_index') }} = 'high' then 'low'
            when
                {{ level_of('engaged.recency_days_index') }} = 'low'
                and {{ level_of('engaged.engagement_index') }} = 'low'
                then 'middle'
            else {{ level_of('engaged.engagement_index') }}
        end as engagement_level,
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
        case
            when
                engaged.recency_days_index is not null
                and engaged.purchases_index is not null
                then coalesce(customers_at_risk.{{ measure }}, 0)
        end as {{ measure }},
        {% endfor %}
        categories_ranked.share_index as category_index

    from segments

    left join engaged
        on segments.segment_key = engaged.segment_key

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
    objectives.choice as objective,
    levelled.channel,
    offers.choice as offer,
    levelled.category,
    objectives.tone,
    objectives.message_idea,
    {{ objective_reason('levelled') }} as objective_reason,
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
    levelled.value_level,
    levelled.spend_index,
    levelled.spend_share,
    levelled.engagement_level,
    levelled.engagement_index,
    levelled.purchases_index,
    levelled.web_visits_index,
    levelled.campaigns_index,
    levelled.recency_index,
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

-- spend or engagement that is not known counts as average
left join playbook as objectives
    on objectives.decision = 'objective'
    and coalesce(levelled.value_level, 'middle') = objectives.value_level
    and coalesce(levelled.engagement_level, 'middle') = objectives.engagement_level

left join playbook as offers
    on offers.decision = 'offer'
    and levelled.deal_level = offers.deal_level
