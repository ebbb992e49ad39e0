{{ config(enabled=var('evidence'), tags=['explore']) }}

select
    tree.model_version,
    tree.merge_order,
    tree.height,
    tree.x_left,
    tree.x_right,
    tree.y_left,
    tree.y_right,
    tree.customers,
    tree.left_customers,
    tree.right_customers,
    tree.segment_key,
    segment_versions.segment_name

from (
    {{ exploded(
        ref('ml_segment_algorithms'),
        'dendrogram',
        keep=['model_version'],
        fields=[
            'merge_order', 'height', 'x_left', 'x_right', 'y_left', 'y_right',
            'customers', 'left_customers', 'right_customers', 'segment_key',
        ]
    ) }}
) as tree

inner join {{ ref('int_segment_versions') }} as segment_versions
    on tree.model_version = segment_versions.model_version
    and tree.segment_key = segment_versions.segment_key
