{{ config(enabled=var('evidence'), tags=['explore']) }}

with

explained as (

    select
        max(case when component = 1 then explained_variance_share end)
            as pca_1_explained_variance_share,
        max(case when component = 2 then explained_variance_share end)
            as pca_2_explained_variance_share

    from {{ ref('embedding_loadings') }}

)

select
    embedded.customer_id,
    embedded.segment_key,
    segment_versions.segment_name,
    embedded.model_version,
    embedded.pca_1,
    embedded.pca_2,
    explained.pca_1_explained_variance_share,
    explained.pca_2_explained_variance_share,
    embedded.tsne_1,
    embedded.tsne_2

from (
    {{ exploded(
        ref('ml_customer_embedding'),
        'customers',
        keep=['model_version'],
        fields=['customer_id', 'segment_key', 'pca_1', 'pca_2', 'tsne_1', 'tsne_2']
    ) }}
) as embedded

cross join explained

inner join {{ ref('int_segment_versions') }} as segment_versions
    on embedded.model_version = segment_versions.model_version
    and embedded.segment_key = segment_versions.segment_key
