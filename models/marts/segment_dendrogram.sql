{{ config(tags=['explore']) }}

with

merges as (

    {{ exploded(
        ref('ml_segment_algorithms'),
        'dendrogram',
        keep=['model_version'],
        fields=[
            'merge_order', 'height', 'x_left', 'x_right', 'y_left', 'y_right',
            'customers', 'left_customers', 'right_customers', 'segment_key',
        ]
    ) }}

),

segment_versions as (

    select * from {{ ref('int_segment_versions') }}

)

select
    merges.model_version,
    merges.merge_order,
    merges.height,
    merges.x_left,
    merges.x_right,
    merges.y_left,
    merges.y_right,
    merges.customers,
    merges.left_customers,
    merges.right_customers,
    merges.segment_key,
    segment_versions.segment_name

from merges

inner join segment_versions
    on merges.model_version = segment_versions.model_version
    and merges.segment_key = segment_versions.segment_key
