{#
  Each segment and customer that a mart names is one of segments or customers, and has the
  name that segments gives: in one query, as a node for each key cost more than all of it.
  Histories (of memberships, of audiences) name customers who have left.
#}
{% set columns_of = {
    'customer_category_spend': ['customer_id', 'segment_key'],
    'customer_channel_purchases': ['customer_id', 'segment_key'],
    'customer_orders': ['customer_id', 'segment_key', 'segment_key_then'],
    'deal_sensitivity': ['segment_key'],
    'segment_category_mix': ['segment_key'],
    'segment_channel_mix': ['segment_key'],
    'customer_contacts': ['customer_id', 'segment_key'],
    'customer_measures': ['customer_id', 'segment_key'],
    'customer_segments': ['customer_id', 'segment_key', 'second_segment_key', 'model_segment_key'],
    'customers': ['segment_key'],
    'customers_wide': ['customer_id'],
    'segment_membership_history': ['segment_key', 'previous_segment_key'],
    'segment_sizes_history': ['segment_key', 'compared_segment_key'],
    'segment_transitions': ['from_segment_key', 'to_segment_key'],
    'segment_spend_by_month': ['segment_key'],
    'audience_members': ['customer_id', 'segment_key'],
    'audiences': ['segment_key'],
    'current_segments': ['segment_key'],
    'segment_actions': ['segment_key'],
    'segment_attribute_profiles': ['segment_key'],
    'segment_claims': ['segment_key'],
    'segment_feature_profiles': ['segment_key'],
    'segment_profiles': ['segment_key'],
    'segment_rules': ['segment_key'],
    'segment_alignment': ['old_segment_key', 'new_segment_key'],
    'segment_centroids': ['segment_key'],
} %}
{% if var('campaign') %}
{% do columns_of.update({
    'campaign_gains_by_scope': ['segment_key'],
    'campaign_plan': ['segment_key'],
    'campaign_response_scores': ['customer_id', 'segment_key'],
    'campaign_results_by_scope': ['segment_key'],
    'campaign_targets': ['customer_id', 'segment_key'],
    'segment_campaign_response': ['segment_key'],
}) %}
{% endif %}
{% if var('evidence') %}
{% do columns_of.update({
    'customer_silhouettes': ['customer_id', 'segment_key', 'second_segment_key'],
    'segment_separation': ['segment_key', 'other_segment_key'],
    'segment_stability': ['segment_key'],
}) %}
{% endif %}
{% if var('offers') %}
{% do columns_of.update({
    'category_demand': ['segment_key'],
    'customer_recommendations': ['customer_id', 'segment_key'],
}) %}
{% endif %}
{% if var('value') %}
{% do columns_of.update({
    'customers_at_risk': ['customer_id', 'segment_key'],
    'customer_rfm': ['customer_id', 'segment_key'],
    'customer_value': ['customer_id', 'segment_key'],
    'segment_rfm_crosstab': ['segment_key'],
    'value_by_segment': ['segment_key'],
}) %}
{% endif %}

{{ unknown_keys(columns_of) }}
