{# from this share of their spend on one customer carries what is said of it; of fewer
   customers than that one has such a share whatever they spend #}
{% set carried_by_one, fewest_customers = 0.25, 10 %}

with

segment_versions as (

    select * from {{ ref('int_segment_versions') }}

),

lifespans as (

    select
        segment_key,
        min(model_version) as first_model_version,
        max(model_version) as last_model_version

    from segment_versions

    group by segment_key

),

-- a retired segment keeps the words of the last version that had it
latest_words as (

    select
        segment_versions.*,
        lifespans.first_model_version,
        lifespans.last_model_version

    from segment_versions

    inner join lifespans
        on segment_versions.segment_key = lifespans.segment_key
        and segment_versions.model_version = lifespans.last_model_version

),

sizes as (

    select
        segment_key,
        count(customer_id) as customers,
        sum(total_spend) as total_spend,
        max(total_spend) as largest_spend,
        {{ share_of('sum(total_spend)', 'count(total_spend)') }} as mean_spend,
        {{ exact_mean('spending_score') }} as mean_score

    from {{ ref('customers') }}

    group by segment_key

),

totals as (

    select
        sum(customers) as customers,
        sum(total_spend) as total_spend

    from sizes

),

-- the rank by value is among current segments
measured as (

    select
        latest_words.*,
        case
            when current_segments.segment_key is null then 'retired' else 'current'
        end as status,
        coalesce(sizes.customers, 0) as customers,
        coalesce(sizes.total_spend, 0) as total_spend,
        {{ share_of('sizes.largest_spend', 'sizes.total_spend') }}
            as largest_customer_spend_share,
        coalesce(sizes.mean_spend, 0) as mean_spend,
        coalesce(sizes.mean_score, 0) as mean_score

    from latest_words

    left join {{ ref('int_current_segments') }} as current_segments
        on latest_words.segment_key = current_segments.segment_key

    left join sizes
        on latest_words.segment_key = sizes.segment_key

),

ranked as (

    select
        *,
        row_number() over (
            partition by status order by mean_spend desc, mean_score desc, segment_key
        ) as rank_in_status

    from measured

)

select
    ranked.segment_key,
    ranked.segment_name,
    -- a retired segment keeps the sentence of its last fit
    coalesce(words.description, ranked.description) as description,
    words.written_on as described_on,
    ranked.name_source,
    words.name_note,
    ranked.override_reason,
    ranked.status,
    cast(ranked.customers as bigint) as customers,
    coalesce({{ share_of('ranked.customers', 'totals.customers') }}, 0) as customer_share,
    -- an input without money has no spend of 0
    cast(
        case when totals.total_spend is not null then ranked.total_spend end
        as decimal(18, 2)
    ) as total_spend,
    {{ share_of('ranked.total_spend', 'totals.total_spend') }} as spend_share,
    ranked.largest_customer_spend_share,
    case
        when
            ranked.largest_customer_spend_share >= {{ carried_by_one }}
            and ranked.customers >= {{ fewest_customers }}
            then
                'One customer has ' || {{ percent('ranked.largest_customer_spend_share') }}
                || ' of their spend: sums and means of it say little of the others.'
    end as spend_note,
    cast(case when ranked.status = 'current' then rank_in_status end as integer) as value_rank,
    ranked.colour,
    ranked.first_model_version,
    ranked.last_model_version

from ranked

cross join totals

left join {{ ref('ml_segment_words') }} as words
    on ranked.segment_key = words.segment_key
