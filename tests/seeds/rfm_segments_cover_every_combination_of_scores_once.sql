-- a combination in two rows would give a customer twice, one in none no name
with

scores as (

    {% for score in range(1, 6) %}
    select {{ score }} as score
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

combinations as (

    select
        recencies.score as recency_score,
        frequencies.score as frequency_score,
        monetaries.score as monetary_score

    from scores as recencies

    cross join scores as frequencies

    cross join scores as monetaries

),

rfm_segments as (

    select * from {{ ref('rfm_segments') }}

),

covered as (

    select
        recency_score,
        frequency_score,
        monetary_score,
        count(rfm_segments.rfm_segment) as matching_rows

    from combinations

    left join rfm_segments
        on combinations.recency_score between recency_from and recency_to
        and combinations.frequency_score between frequency_from and frequency_to
        and combinations.monetary_score between monetary_from and monetary_to

    group by recency_score, frequency_score, monetary_score

)

select * from covered

where matching_rows != 1
