{# Names, descriptions and actions use no word that a marketer would have to look up. #}
{% set jargon = [
    'cluster', 'centroid', 'z-score', 'z score', 'standard deviation', 'silhouette',
    'percentile', 'quantile', 'k-means', 'variance', 'outlier', 'correlation', 'residual',
    'significan', 'median',
] %}

with

texts as (

    select segment_name as words from {{ ref('segments') }}

    union all

    select description as words from {{ ref('segments') }}

    union all

    select name_note as words from {{ ref('segments') }}

    {% for column in [
        'objective', 'offer', 'tone', 'message_idea', 'objective_reason',
        'channel_reason', 'offer_reason', 'category_reason', 'retention_reason',
    ] %}
    union all

    select {{ column }} as words from {{ ref('segment_actions') }}

    {% endfor %}
)

select words

from texts

where
    false
    {% for word in jargon %}
    or instr(lower(words), '{{ word }}') > 0
    {% endfor %}
