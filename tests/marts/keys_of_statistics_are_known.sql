{#
  As keys_of_marts_are_known, of the marts that are built to explore. Those of a sample of
  the fit name customers who may have left, or who had not come on a day built late.
#}
{{ config(tags='explore', enabled=var('evidence') or var('exploration')) }}

{% set columns_of = {} %}
{% if var('evidence') %}
{% do columns_of.update({
    'customer_embedding': ['segment_key'],
    'segment_dendrogram': ['segment_key'],
    'segment_membership_probabilities': ['segment_key'],
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
