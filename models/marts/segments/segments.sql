{# from this share of their spend on one customer carries what is said of it; of fewer
   customers than that one has such a share whatever they spend #}
{% set carried_by_one, fewest_customers = 0.25, 10 %}
{% set largest_share = share_of('sizes.largest_spend', 'coalesce(sizes.total_spend, 0)') %}

with

totals as (

    select sum(total_spend) as total_spend from {{ ref('int_segment_sizes') }}

)

select
    versions.segment_key,
    versions.segment_name,
    -- a retired segment keeps the sentence of its last fit
    coalesce(words.description, versions.description) as description,
    words.written_on as described_on,
    versions.name_source,
    words.name_note,
    versions.override_reason,
    case when current_segments.segment_key is null then 'retired' else 'current' end
        as status,
    cast(coalesce(sizes.customers, 0) as bigint) as customers,
    coalesce(sizes.customer_share, 0) as customer_share,
    -- an input without money has no spend of 0
    cast(
        case
            when totals.total_spend is not null then coalesce(sizes.total_spend, 0)
        end as decimal(18, 2)
    ) as total_spend,
    {{ share_of('coalesce(sizes.total_spend, 0)', 'totals.total_spend') }} as spend_share,
    {{ largest_share }} as largest_customer_spend_share,
    case
        when
            {{ largest_share }} >= {{ carried_by_one }}
            and sizes.customers >= {{ fewest_customers }}
            then
                'One customer has ' || {{ percent(largest_share) }}
                || ' of their spend: sums and means of it say little of the others.'
    end as spend_note,
    -- the rank by value is among current segments
    case
        when current_segments.segment_key is not null
            then
                cast(
                    row_number() over (
                        partition by current_segments.segment_key is null
                        order by
                            coalesce(sizes.mean_spend, 0) desc,
                            coalesce(sizes.mean_score, 0) desc,
                            versions.segment_key
                    ) as integer
                )
    end as value_rank,
    versions.colour,
    versions.first_model_version,
    versions.last_model_version

from {{ ref('int_segment_versions') }} as versions

cross join totals

left join {{ ref('int_current_segments') }} as current_segments
    on versions.segment_key = current_segments.segment_key

left join {{ ref('int_segment_sizes') }} as sizes
    on versions.segment_key = sizes.segment_key

left join {{ ref('ml_segment_words') }} as words
    on versions.segment_key = words.segment_key

-- a retired segment keeps the words of the last version that had it
where versions.model_version = versions.last_model_version
