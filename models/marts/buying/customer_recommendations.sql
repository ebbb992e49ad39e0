{{ config(enabled=var('offers')) }}
{# one column a category keeps a customer in one row; a nameless one stands for none #}
{% set categories = profiled_categories() or [''] %}

with

current_segments as (

    select * from {{ ref('int_current_segments') }}

),

cards as (

    {{ category_cards(categories) }}

),

spend as (

    select
        {% for category in categories %}
        greatest(coalesce({{ staged('spend', category) }}, 0), 0)
            as spend_{{ loop.index }},
        {% endfor %}
        customer_id

    from {{ ref('stg_input__customers') }}

),

totalled as (

    select
        *,
        {% for category in categories -%}
        spend_{{ loop.index }}{{ ' + ' if not loop.last }}
        {%- endfor %} as total_spend

    from spend

),

candidates as (

    select
        customer_segments.customer_id,
        cards.segment_key,
        cards.category,
        cards.method as fitted_method,
        cards.mean_share as segment_share,
        cast(coalesce(totalled.total_spend, 0) as double) as total_spend,
        cast(
            case cards.category
                {% for category in categories %}
                when '{{ escape_single_quotes(category) }}'
                    then coalesce(totalled.spend_{{ loop.index }}, 0)
                {% endfor %}
            end as double
        ) as category_spend,
        case cards.method
            when 'global_popularity' then cards.overall_buyers_share
            when 'segment_popularity' then cards.buyers_share
            when 'affinity' then {{ affinity_score(categories) }}
        end as fitted_score

    from {{ ref('customer_segments') }} as customer_segments

    inner join {{ ref('customers') }} as customers
        on customer_segments.customer_id = customers.customer_id
        and customers.no_contact_reason is null

    inner join cards
        on customer_segments.segment_key = cards.segment_key

    left join totalled
        on customer_segments.customer_id = totalled.customer_id

),

compared as (

    select
        *,
        category_spend = 0 as is_new,
        coalesce({{ share_of('category_spend', 'total_spend') }}, 0) as own_share

    from candidates

),

-- what was gathered, or has no name, is nothing to offer;
-- what was never bought goes by the published method, the rest by the gap of shares;
-- words come last, as the ranking has to hold all candidates
scored as (

    select
        customer_id,
        segment_key,
        category,
        is_new,
        case
            when is_new and fitted_method != 'gap' then fitted_score
            else segment_share - own_share
        end as score,
        own_share,
        greatest(segment_share - own_share, 0) * total_spend as potential_spend

    from compared

    where
        (is_new or segment_share > own_share)
        and lower(category) not in ('other', 'not known')

),

ranked as (

    select
        *,
        row_number() over (
            partition by customer_id order by is_new desc, score desc, category
        ) as recommendation_rank

    from scored

)

select
    ranked.customer_id,
    cast(ranked.recommendation_rank as integer) as recommendation_rank,
    ranked.segment_key,
    current_segments.segment_name,
    cards.model_version,
    ranked.category,
    case when ranked.is_new then cards.method else 'gap' end as method,
    ranked.score,
    case when ranked.is_new then 'never_bought' else 'below_segment' end as reason_code,
    {{ recommendation_reason() }} as reason,
    ranked.own_share,
    cards.mean_share as segment_share,
    cards.buyers_share as segment_buyers_share,
    cast(ranked.potential_spend as decimal(18, 2)) as potential_spend

from ranked

inner join cards
    on ranked.segment_key = cards.segment_key
    and ranked.category = cards.category

inner join current_segments
    on ranked.segment_key = current_segments.segment_key

where ranked.recommendation_rank <= 3
