{{ config(enabled=var('campaign')) }}

with

responders as (

    select
        count_if(evaluated.has_responded) as responses,
        count_if(evaluated.probability >= response.{{ campaign_threshold() }}) as listed

    from {{ ref('int_campaign_evaluated') }} as evaluated

    cross join {{ ref('ml_campaign_response') }} as response

)

select
    points.campaign,
    points.contacted,
    {{ share_of('points.contacted', 'points.evaluated_customers') }} as contacted_share,
    points.profit,
    points.lower,
    points.upper,
    -- chosen without looking at this curve: its top is hindsight
    row_number() over (
        order by abs(points.contacted - responders.listed), points.contacted
    ) = 1 as is_cut_off,
    responders.responses * points.revenue_per_response
    - points.evaluated_customers * points.contact_cost as contact_all_profit,
    responders.responses
    * greatest(points.revenue_per_response - points.contact_cost, 0) as perfect_profit

from (
    {{ exploded(
        ref('ml_campaign_response'),
        'profit_curve',
        keep=['campaign', 'evaluated_customers', 'contact_cost', 'revenue_per_response'],
        fields=['contacted', 'profit', 'lower', 'upper']
    ) }}
) as points

cross join responders
