select
    feature,
    label,
    unit,
    family,
    kind,
    is_segmentation,
    transform,
    weight,
    implausible_flag,
    high_phrase,
    low_phrase,
    description

from {{ ref('feature_catalogue') }}

union all

select
    feature,
    label,
    unit,
    family,
    kind,
    is_segmentation,
    transform,
    weight,
    cast(null as {{ dbt.type_string() }}) as implausible_flag,
    high_phrase,
    low_phrase,
    description

from (
    {{ exploded(
        ref('input_dialect'),
        'declared',
        keep=['input_name'],
        fields=[
            'feature', 'label', 'unit', 'family', 'kind', 'is_segmentation', 'transform',
            'weight', 'high_phrase', 'low_phrase', 'description',
        ]
    ) }}
)
