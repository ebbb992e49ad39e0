{{ config(enabled=var('offers')) }}

with

cards as (

    {{ category_cards(profiled_categories() or ['']) }}

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

    from {{ ref('int_offer_candidates') }}

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

inner join {{ ref('int_current_segments') }} as current_segments
    on ranked.segment_key = current_segments.segment_key

where ranked.recommendation_rank <= 3
