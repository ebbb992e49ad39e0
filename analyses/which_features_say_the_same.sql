{{ config(enabled=project_name == 'segmentation' and var('exploration')) }}
-- Which features say the same, so that one of them could go?
--
-- Pairs with a rank correlation of 0.7 or more either way. Two features of the segmentation
-- in one row count the same thing twice in the distance: lower a weight in
-- seeds/feature_catalogue.csv, or drop the one that is missing more often. Pairs outside
-- the segmentation are only a warning for whoever adds them.

with

correlations as (

    select * from {{ ref('eda_correlations') }}

    where feature < other_feature and abs(spearman) >= 0.7

),

summaries as (

    select * from {{ ref('eda_feature_summary') }}

)

select
    correlations.feature_label,
    correlations.other_feature_label,
    correlations.spearman,
    correlations.pearson,
    correlations.is_segmentation and correlations.other_is_segmentation
        as are_both_in_segmentation,
    own.missing_share,
    other.missing_share as other_missing_share

from correlations

inner join summaries as own
    on correlations.feature = own.feature

inner join summaries as other
    on correlations.other_feature = other.feature

order by abs(correlations.spearman) desc, correlations.feature, correlations.other_feature
