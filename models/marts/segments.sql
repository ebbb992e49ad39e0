with

segment_versions as (

    select * from {{ ref('int_segment_versions') }}

),

current_segments as (

    select * from {{ ref('int_current_segments') }}

),

customers as (

    select * from {{ ref('customers') }}

),

name_fits as (

    select * from {{ ref('int_segment_name_fits') }}

),

-- the features of the segmentation that set a segment apart most, in figures
evidence as (

    select
        segment_key,
        max(case when feature_rank = 1 then reading end)
        || coalesce(' ' || max(case when feature_rank = 2 then reading end), '')
        || coalesce(' ' || max(case when feature_rank = 3 then reading end), '')
            as evidence

    from (
        select
            segment_key,
            reading,
            row_number() over (
                partition by segment_key order by differentiator_rank
            ) as feature_rank

        from {{ ref('segment_feature_profiles') }}

        where is_segmentation
    ) as ranked

    group by segment_key

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
        count(*) as customers,
        coalesce(sum(total_spend), 0) as total_spend,
        {{ exact_mean('total_spend') }} as mean_spend

    from customers

    group by segment_key

),

totals as (

    select
        sum(customers) as customers,
        sum(total_spend) as total_spend

    from sizes

)

select
    latest_words.segment_key,
    latest_words.segment_name,
    latest_words.description,
    evidence.evidence,
    latest_words.name_source,
    latest_words.name_fit,
    name_fits.current_name_fit,
    coalesce(name_fits.current_name_fit < {{ lowest_name_fit() }}, false)
        as is_name_in_doubt,
    latest_words.override_reason,
    case
        when current_segments.segment_key is null then 'retired' else 'current'
    end as status,
    cast(coalesce(sizes.customers, 0) as bigint) as customers,
    {{ share_of('coalesce(sizes.customers, 0)', 'totals.customers') }} as customer_share,
    cast(coalesce(sizes.total_spend, 0) as decimal(18, 2)) as total_spend,
    {{ share_of('coalesce(sizes.total_spend, 0)', 'totals.total_spend') }} as spend_share,
    cast(
        case
            when current_segments.segment_key is not null
                then row_number() over (
                    order by
                        case when current_segments.segment_key is null then 1 else 0 end,
                        coalesce(sizes.mean_spend, 0) desc,
                        latest_words.segment_key
                )
        end as integer
    ) as value_rank,
    latest_words.colour,
    latest_words.first_model_version,
    latest_words.last_model_version

from latest_words

cross join totals

left join current_segments
    on latest_words.segment_key = current_segments.segment_key

left join sizes
    on latest_words.segment_key = sizes.segment_key

left join evidence
    on latest_words.segment_key = evidence.segment_key

left join name_fits
    on latest_words.segment_key = name_fits.segment_key
