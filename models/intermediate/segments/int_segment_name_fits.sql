{{ config(materialized='view') }}

with

current_segments as (

    select * from {{ ref('int_current_segments') }}

),

archetypes as (

    select * from {{ ref('segment_archetypes') }}

),

catalogue as (

    select * from {{ ref('int_feature_catalogue') }}

    where is_segmentation

),

profiles as (

    select * from {{ ref('segment_feature_profiles') }}

),

-- what each name says; what people call a segment by hand is theirs to judge
traits as (

    select
        current_segments.segment_key,
        archetypes.feature,
        archetypes.direction,
        archetypes.weight

    from current_segments

    inner join archetypes
        on current_segments.segment_name = archetypes.archetype

    where current_segments.name_source = 'archetype'

    union all

    {% for phrase, direction in [('high_phrase', 1), ('low_phrase', -1)] %}
    select
        current_segments.segment_key,
        catalogue.feature,
        {{ direction }} as direction,
        1.0e0 as weight

    from current_segments

    inner join catalogue
        on instr(
            concat(', ', lower(current_segments.segment_name), ', '),
            concat(', ', lower(catalogue.{{ phrase }}), ', ')
        ) > 0

    where current_segments.name_source = 'generated'
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

compared as (

    select
        traits.segment_key,
        traits.weight,
        max(traits.weight) over (partition by traits.segment_key) as heaviest,
        case
            when profiles.z_score is not null
                then {{ name_agreement('profiles.z_score', 'traits.direction') }}
        end as agreement

    from traits

    left join profiles
        on traits.segment_key = profiles.segment_key
        and traits.feature = profiles.feature

),

summed as (

    select
        segment_key,
        cast({{ exact_sum('weight') }} as double) as all_weight,
        cast(
            {{ exact_sum('case when agreement is not null then weight end') }} as double
        ) as known_weight,
        cast({{ exact_sum('weight * agreement') }} as double) as agreement_sum,
        count_if(weight = heaviest and agreement <= 0) as contradictions

    from compared

    group by segment_key

)

select
    segment_key,
    case
        when
            contradictions > 0
            or coalesce(known_weight, 0) < {{ lowest_name_coverage() }} * all_weight
            then 0.0e0
        else greatest(agreement_sum / (known_weight + {{ name_doubt() }}), 0)
    end as current_name_fit

from summed
