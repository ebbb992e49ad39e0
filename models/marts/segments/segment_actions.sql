{# shares below these are too small to build an offer on, however high their index #}
{% set smallest_channel_share = 0.15 %}
{% set smallest_category_share = 0.10 %}
{# and a share has to be this much above that of all customers to be evidence #}
{% set notable_index = 120 %}
{# a figure that one customer has this share of is about that customer #}
{% set carried_by_one = 0.25 %}
{# what the playbook looks at, see int_segment_evidence #}
{% set subjects = [
    'value', 'purchases', 'visits', 'answers', 'recency', 'tenure', 'income', 'children',
    'expected', 'change', 'risk', 'leaving',
] %}

with

segments as (

    select * from {{ ref('segments') }}

    where status = 'current'

),

target_rates as (

    select
        segment_key,
        campaign,
        campaign_label,
        acceptance_rate,
        population_rate

    from {{ rows_of('segment_campaign_response', var('campaign'), {
        'segment_key': 'string', 'campaign': 'string', 'campaign_label': 'string',
        'is_target': 'boolean',
        'acceptance_rate': 'double', 'population_rate': 'double',
    }) }}

    where is_target

),

playbook as (

    select
        *,
        0
        {%- for subject in subjects %}
        + case when {{ subject }}_level is null then 0 else 1 end
        {%- endfor %}
            as given_levels

    from {{ ref('playbook') }}

),

customers_at_risk as (

    select
        segment_key,
        count(*) as at_risk_customers,
        count_if(is_high_value) as high_value_at_risk_customers,
        sum(total_spend) as spend_at_risk

    from {{ rows_of('customers_at_risk', var('value'), {
        'segment_key': 'string', 'risk_list': 'string', 'is_high_value': 'boolean',
        'total_spend': 'decimal(18, 2)',
    }) }}

    -- who is gone already is no longer at risk
    where risk_list != 'gone: win back'

    group by segment_key

),

evidence as (

    select
        {% for subject in subjects %}
        max(case when subject = '{{ subject }}' then degree end) as {{ subject }}_level,
        max(case when subject = '{{ subject }}' then clause end) as {{ subject }}_clause,
        {% endfor %}
        max(accuracy) as accuracy,
        segment_key

    from {{ ref('int_segment_evidence') }}

    group by segment_key

),

-- what is urgent comes first, then the row that asks for most; in the reason stands
-- what the row asked for and nothing else
advised as (

    select
        evidence.segment_key,
        playbook.choice,
        playbook.tone,
        playbook.message_idea,
        concat_ws(
            '; '
            {%- for subject in subjects %},
            case
                when playbook.{{ subject }}_level is not null
                    then evidence.{{ subject }}_clause
            end
            {%- endfor %}
        ) as clauses,
        case when playbook.expected_level is not null then evidence.accuracy end as accuracy,
        row_number() over (
            partition by evidence.segment_key
            order by
                playbook.urgency desc,
                playbook.given_levels desc,
                playbook.choice,
                playbook.message_idea
        ) as advice_rank

    from evidence

    inner join playbook
        on playbook.decision = 'objective'
    {%- for subject in subjects %}
    and (
        playbook.{{ subject }}_level is null
        or playbook.{{ subject }}_level = evidence.{{ subject }}_level
    )
    {%- endfor %}

),

objectives as (

    select
        *,
        count(*) over (partition by message_idea) - 1 as segments_alike

    from advised

    where advice_rank = 1

),

channels_ranked as (

    select
        *,
        row_number() over (
            partition by segment_key order by share_index desc, channel
        ) as channel_rank

    from {{ ref('segment_channel_mix') }}

    where
        purchase_share >= {{ smallest_channel_share }}
        and share_index >= {{ notable_index }}
        and largest_customer_share < {{ carried_by_one }}

),

categories_ranked as (

    select
        *,
        row_number() over (
            partition by segment_key order by share_index desc, category
        ) as category_rank

    from {{ ref('segment_category_mix') }}

    where
        spend_share >= {{ smallest_category_share }}
        and share_index >= {{ notable_index }}
        and largest_customer_share < {{ carried_by_one }}
        -- what was gathered, or has no name, is nothing to offer
        and lower(category) not in ('other', 'not known')

),

levelled as (

    select
        segments.segment_key,
        segments.segment_name,
        segments.description,
        segments.value_rank,
        segments.customers,
        segments.spend_share,
        {% for subject in subjects %}
        evidence.{{ subject }}_level,
        {% endfor %}
        objectives.choice as objective,
        objectives.tone,
        objectives.clauses,
        objectives.accuracy,
        objectives.segments_alike,
        objectives.message_idea,
        target_rates.campaign as target_name,
        target_rates.acceptance_rate as target_rate,
        target_rates.population_rate as population_target_rate,
        target_rates.campaign_label || ': ' || {{ percent('target_rates.acceptance_rate') }}
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
                    {{ 'true' if var('value') else 'false' }}
                    and evidence.recency_level is not null
                    and evidence.purchases_level is not null
                    then 0
            end
        ) as {{ measure }},
        {% endfor %}
        categories_ranked.share_index as category_index

    from segments

    left join evidence
        on segments.segment_key = evidence.segment_key

    left join objectives
        on segments.segment_key = objectives.segment_key

    left join target_rates
        on segments.segment_key = target_rates.segment_key

    left join {{ ref('deal_sensitivity') }} as deal_sensitivity
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
            then
                levelled.clauses || '; in brackets all customers.'
                || coalesce(' ' || levelled.accuracy, '')
                || case
                    when levelled.segments_alike = 1
                        then
                            ' Another segment gets the same advice: the playbook has no row '
                            || 'that tells them apart.'
                    when levelled.segments_alike > 1
                        then
                            ' ' || {{ figure('levelled.segments_alike') }}
                            || ' other segments get the same advice: the playbook has no '
                            || 'row that tells them apart.'
                    else ''
                end
        else
            'The playbook has no advice for this segment. ' || levelled.description
            || coalesce(' ' || levelled.target_reason, '')
    end as objective_reason,
    levelled.target_reason,
    replace(levelled.channel, '_', ' ') || ' has ' || {{ percent('levelled.channel_share') }}
    || ' of their purchases, ' || {{ percent('levelled.population_channel_share') }}
    || ' among all customers.' as channel_reason,
    {{ percent('levelled.deal_share') }}
    || ' of their purchases are made with a discount, '
    || {{ percent('levelled.population_deal_share') }} || ' among all customers.'
        as offer_reason,
    replace(levelled.category, '_', ' ') || ' has ' || {{ percent('levelled.category_share') }}
    || ' of their spend, ' || {{ percent('levelled.population_category_share') }}
    || ' among all customers.' as category_reason,
    {{ figure('levelled.at_risk_customers') }} || ' of ' || {{ figure('levelled.customers') }}
    || ' customers are on the list of customers at risk, '
    || {{ figure('levelled.high_value_at_risk_customers') }}
    || ' of them among the best by spend.' as retention_reason,
    {% for subject in subjects %}
    levelled.{{ subject }}_level,
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
