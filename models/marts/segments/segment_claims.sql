select
    claims.model_version,
    claims.segment_key,
    segments.segment_name,
    segments.value_rank,
    claims.feature,
    claims.feature_label,
    claims.unit,
    claims.level,
    claims.said_in,
    case
        when claims.direction = 0 then 'average'
        when claims.direction > 0 then 'high'
        else 'low'
    end as direction,
    claims.clause,
    claims.measure,
    claims.segment_figure,
    claims.population_figure,
    claims.difference,
    claims.bound,
    claims.bound_share,
    claims.holds

from (
    {{ exploded(
        ref('ml_segment_words'),
        'claims',
        keep=['model_version', 'segment_key'],
        fields=[
            'feature', 'feature_label', 'unit', 'level', 'direction', 'measure',
            'segment_figure', 'population_figure', 'difference', 'bound', 'bound_share',
            'holds', 'said_in', 'clause',
        ]
    ) }}
) as claims

inner join {{ ref('segments') }} as segments
    on claims.segment_key = segments.segment_key
