{# shares below these are too small to build an offer on, however high their index #}
{% set smallest_channel_share = 0.15 %}
{% set smallest_category_share = 0.10 %}
{# and a share has to be this much above that of all customers to be evidence #}
{% set notable_index = 120 %}
{# a figure that one customer has this share of is about that customer #}
{% set carried_by_one = 0.25 %}
{% set is_notable = 'share_index >= ' ~ notable_index
    ~ ' and largest_customer_share < ' ~ carried_by_one %}
{# nobody at risk is a finding only where silence can be told #}
{% set nobody = 'case when ' ~ ('true' if var('value') else 'false')
    ~ ' and evidence.recency_level is not null and evidence.purchases_level is not null'
    ~ ' then 0 end' %}
{% set at_risk = 'coalesce(at_risk.at_risk_customers, ' ~ nobody ~ ')' %}
{% set high_value_at_risk =
    'coalesce(at_risk.high_value_at_risk_customers, ' ~ nobody ~ ')' %}
{# what the playbook looks at, see int_segment_evidence #}
{% set subjects = [
    'value', 'purchases', 'visits', 'answers', 'recency', 'tenure', 'income', 'children',
    'expected', 'change', 'risk', 'leaving',
] %}

with

target_rates as (

    select
        *,
        campaign_label || ': ' || {{ percent('acceptance_rate') }} || ' of them, '
        || {{ percent('population_rate') }} || ' of all customers.' as reason

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

at_risk as (

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

channels as (

    {{ first_of_each(
        'segment_key',
        ref('segment_channel_mix'),
        'share_index desc, channel',
        'purchase_share >= ' ~ smallest_channel_share ~ ' and ' ~ is_notable,
    ) }}

),

-- what was gathered, or has no name, is nothing to offer
categories as (

    {{ first_of_each(
        'segment_key',
        ref('segment_category_mix'),
        'share_index desc, category',
        'spend_share >= ' ~ smallest_category_share ~ ' and ' ~ is_notable
        ~ " and lower(category) not in ('other', 'not known')",
    ) }}

)

select
    segments.segment_key,
    segments.segment_name,
    segments.value_rank,
    coalesce(objectives.choice, 'no advice') as objective,
    channels.channel,
    offers.choice as offer,
    categories.category,
    objectives.tone,
    objectives.message_idea,
    case
        when objectives.choice is not null
            then
                objectives.clauses || '; in brackets all customers.'
                || coalesce(' ' || objectives.accuracy, '')
                || {{ segments_alike_note('objectives.segments_alike') }}
        else
            'The playbook has no advice for this segment. ' || segments.description
            || coalesce(' ' || target_rates.reason, '')
    end as objective_reason,
    target_rates.reason as target_reason,
    {{ share_against_all(
        'channels.channel', 'channels.purchase_share', 'channels.population_share',
        'purchases'
    ) }} as channel_reason,
    {{ percent('deals.deal_share') }} || ' of their purchases are made with a discount, '
    || {{ percent('deals.population_deal_share') }} || ' among all customers.'
        as offer_reason,
    {{ share_against_all(
        'categories.category', 'categories.spend_share', 'categories.population_share',
        'spend'
    ) }} as category_reason,
    {{ figure(at_risk) }} || ' of ' || {{ figure('segments.customers') }}
    || ' customers are on the list of customers at risk, '
    || {{ figure(high_value_at_risk) }} || ' of them among the best by spend.'
        as retention_reason,
    {% for subject in subjects %}
    evidence.{{ subject }}_level,
    {% endfor %}
    segments.spend_share,
    target_rates.campaign as target_name,
    target_rates.acceptance_rate as target_rate,
    target_rates.population_rate as population_target_rate,
    deals.deal_level,
    deals.deal_share,
    deals.population_deal_share,
    deals.deal_share_index,
    channels.purchase_share as channel_share,
    channels.population_share as population_channel_share,
    channels.share_index as channel_index,
    categories.spend_share as category_share,
    categories.population_share as population_category_share,
    categories.share_index as category_index,
    segments.customers,
    cast({{ at_risk }} as bigint) as at_risk_customers,
    cast({{ high_value_at_risk }} as bigint) as high_value_at_risk_customers,
    cast(coalesce(at_risk.spend_at_risk, {{ nobody }}) as decimal(18, 2)) as spend_at_risk

from {{ ref('segments') }} as segments

left join evidence
    on segments.segment_key = evidence.segment_key

left join objectives
    on segments.segment_key = objectives.segment_key

left join target_rates
    on segments.segment_key = target_rates.segment_key

left join {{ ref('deal_sensitivity') }} as deals
    on segments.segment_key = deals.segment_key

left join channels
    on segments.segment_key = channels.segment_key

left join categories
    on segments.segment_key = categories.segment_key

left join at_risk
    on segments.segment_key = at_risk.segment_key

left join playbook as offers
    on offers.decision = 'offer'
    and deals.deal_level = offers.deal_level

where segments.status = 'current'
