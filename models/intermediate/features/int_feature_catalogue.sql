{% set present = columns_without_rows() | join("', '") %}

select
    catalogue.feature,
    catalogue.label,
    catalogue.unit,
    catalogue.family,
    catalogue.kind,
    judged.is_wanted and judged.left_out_because is null as is_segmentation,
    catalogue.transform,
    catalogue.weight,
    catalogue.implausible_flag,
    catalogue.high_phrase,
    catalogue.low_phrase,
    catalogue.description

from {{ ref('int_features_offered') }} as catalogue

inner join {{ ref('int_features_judged') }} as judged
    on catalogue.feature = judged.feature

where
    judged.known_customers > 0
    or catalogue.feature in ('{{ present }}')
