with

customer_segments as (

    select * from {{ ref('customer_segments') }}

),

fits as (

    select * from {{ ref('ml_category_profiles') }}

),

profiles as (

    {{ exploded(
        ref('ml_category_profiles'),
        'segments',
        keep=['model_version'],
        fields=[
            'segment_key', 'category', 'mean_share', 'buyers_share',
            'overall_buyers_share', 'affinity_intercept',
        ]
    ) }}

),

affinities as (

    {{ exploded(
        ref('ml_category_profiles'),
        'affinities',
        keep=['model_version', 'method', 'spend_unit'],
        fields=['from_category', 'category', 'weight']
    ) }}

),

spend as (

    select
        customer_id,
        category,
        greatest(coalesce(sum(spend), 0), 0) as spend

    from {{ ref('stg_input__category_spend') }}

    group by customer_id, category

),

customers as (

    select
        customer_id,
        sum(spend) as total_spend

    from spend

    group by customer_id

),

-- only affinity needs it, so no row otherwise; added as decimals, see exact_sums
expected_logs as (

    select
        spend.customer_id,
        affinities.category,
        cast(
            {{ exact_sum(
                'affinities.weight * ln(1 + cast(spend.spend as double)'
                ~ ' / affinities.spend_unit)'
            ) }} as double
        ) as expected_log

    from spend

    inner join affinities
        on spend.category = affinities.from_category

    where
        spend.spend > 0
        and affinities.method = 'affinity'
        and affinities.model_version = (select max(model_version) from fits)

    group by spend.customer_id, affinities.category

),

candidates as (

    select
        customer_segments.customer_id,
        customer_segments.segment_key,
        customer_segments.segment_name,
        customer_segments.model_version,
        profiles.category,
        coalesce(spend.spend, 0) = 0 as is_new,
        fits.method as fitted_method,
        case fits.method
            when 'global_popularity' then profiles.overall_buyers_share
            when 'segment_popularity' then profiles.buyers_share
            when 'affinity' then fits.spend_unit * (
                exp(greatest(
                    profiles.affinity_intercept
                    + coalesce(expected_logs.expected_log, 0),
                    0
                )) - 1
            )
        end as fitted_score,
        coalesce({{ share_of('spend.spend', 'customers.total_spend') }}, 0) as own_share,
        profiles.mean_share as segment_share,
        profiles.buyers_share as segment_buyers_share,
        cast(coalesce(customers.total_spend, 0) as double) as total_spend

    from customer_segments

    inner join fits
        on customer_segments.model_version = fits.model_version

    inner join profiles
        on customer_segments.model_version = profiles.model_version
        and customer_segments.segment_key = profiles.segment_key

    left join spend
        on customer_segments.customer_id = spend.customer_id
        and profiles.category = spend.category

    left join customers
        on customer_segments.customer_id = customers.customer_id

    left join expected_logs
        on customer_segments.customer_id = expected_logs.customer_id
        and profiles.category = expected_logs.category

),

-- what was never bought goes by the published method, the rest by the gap of shares
scored as (

    select
        *,
        case when is_new then 'never_bought' else 'below_segment' end as reason_code,
        case when is_new then fitted_method else 'gap' end as method,
        case
            when is_new and fitted_method != 'gap' then fitted_score
            else segment_share - own_share
        end as score,
        greatest(segment_share - own_share, 0) * total_spend as potential_spend

    from candidates

    where is_new or segment_share > own_share

),

ranked as (

    select
        *,
        row_number() over (
            partition by customer_id order by reason_code desc, score desc, category
        ) as recommendation_rank

    from scored

)

select
    customer_id,
    cast(recommendation_rank as integer) as recommendation_rank,
    segment_key,
    segment_name,
    model_version,
    category,
    method,
    score,
    reason_code,
    case
        when reason_code = 'never_bought'
            then concat(
                'Has never bought ', category, '; ',
                {{ percent_text('segment_buyers_share') }}, ' of the segment do.'
            )
        else concat(
            'Gives ', {{ percent_text('own_share') }}, ' of the spend to ', category,
            '; the segment gives ', {{ percent_text('segment_share') }}, '.'
        )
    end as reason,
    own_share,
    segment_share,
    segment_buyers_share,
    cast(potential_spend as decimal(18, 2)) as potential_spend

from ranked

where recommendation_rank <= 3
