{# As keys_of_marts_are_known, of the marts that are built to explore. #}
{{ config(tags='explore', enabled=var('evidence') or var('exploration')) }}

{# of a fit that is kept where a build has no customers #}
{% set of_persons = (['customer_id'] if not is_empty_build() else []) + ['segment_key'] %}
{% set columns_of = {} %}
{% if var('evidence') %}
{% do columns_of.update({
    'customer_embedding': of_persons,
    'segment_dendrogram': ['segment_key'],
    'segment_membership_probabilities': of_persons,
}) %}
{% endif %}
{% if var('exploration') %}
{% do columns_of.update({
    'eda_box_plots_by_scope': ['segment_key'],
    'eda_category_counts': ['segment_key'],
    'eda_histograms_by_scope': ['segment_key'],
}) %}
{% endif %}

{{ unknown_keys(columns_of) }}
