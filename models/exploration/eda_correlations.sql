{% set features = catalogue_features() %}

with

sampled as (

    select * from {{ ref('int_exploration_sample') }}

),

catalogue as (

    select * from {{ ref('feature_catalogue') }}

),

-- equal values share the mean of their ranks; nulls come last and move nobody
ranked as (

    select
        {%- for row in features %}
        {%- set value = adapter.quote(row.feature) %}
        {{ value }} as value_{{ loop.index }},
        case
            when {{ value }} is not null
                then rank() over (order by {{ value }} asc nulls last)
                + (count(*) over (partition by {{ value }}) - 1) / 2.0e0
        end as rank_{{ loop.index }}
        {{- ',' if not loop.last }}
        {%- endfor %}

    from sampled

),

correlated as (

    select
        {%- for row in features %}
        {%- set a = loop.index %}
        {%- set is_last_row = loop.last %}
        {%- for other in features[loop.index0:] %}
        {%- set b = a + loop.index0 %}
        corr(value_{{ a }}, value_{{ b }}) as pearson_{{ a }}_{{ b }},
        corr(
            case when rank_{{ b }} is not null then rank_{{ a }} end,
            case when rank_{{ a }} is not null then rank_{{ b }} end
        ) as spearman_{{ a }}_{{ b }},
        count_if(rank_{{ a }} is not null and rank_{{ b }} is not null)
            as known_{{ a }}_{{ b }}
        {{- ',' if not (is_last_row and loop.last) }}
        {%- endfor %}
        {%- endfor %}

    from ranked

),

lengthened as (

    {% for row in features %}
    {% set a = loop.index %}
    {% set is_last_row = loop.last %}
    {% for other in features %}
    {% set b = loop.index %}
    {% set pair = [a, b] | min ~ '_' ~ [a, b] | max %}
    select
        '{{ row.feature }}' as feature,
        '{{ other.feature }}' as other_feature,
        pearson_{{ pair }} as pearson,
        spearman_{{ pair }} as spearman,
        known_{{ pair }} as known_customers

    from correlated
    {{ 'union all' if not (is_last_row and loop.last) }}
    {% endfor %}
    {% endfor %}

)

select
    lengthened.feature,
    own.label as feature_label,
    own.is_segmentation,
    lengthened.other_feature,
    other.label as other_feature_label,
    other.is_segmentation as other_is_segmentation,
    -- a feature that never changes has no correlation; engines say nan or null
    {%- for name in ['pearson', 'spearman'] %}
    case
        when abs(lengthened.{{ name }}) < 1.1
            then round(greatest(-1, least(1, lengthened.{{ name }})), 12)
    end as {{ name }},
    {%- endfor %}
    cast(lengthened.known_customers as bigint) as known_customers

from lengthened

inner join catalogue as own
    on lengthened.feature = own.feature

inner join catalogue as other
    on lengthened.other_feature = other.feature
