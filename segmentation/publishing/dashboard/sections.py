"""What each section of the page is drawn from, as it stands in the marts."""

__all__ = ["SECTIONS"]

# what a section is drawn from, as it stands in the marts
SECTIONS = {
    "segments": """
        select
            segment_key, segment_name, description, name_note, spend_note, customers,
            customer_share, spend_share, colour
        from marts.segments where status = 'current' order by value_rank
    """,
    "unreachable": """
        select segment_key, no_contact_customers from marts.segment_profiles
    """,
    "version": """
        select
            model_version, input_name, observed_on as fitted_on, k, verdict, k_reason,
            -- a version is of the day of its fit, and scores the data of later ones
            (select max(observed_on) from marts.customer_segments) as observed_on
        from marts.segment_model_versions where is_current
    """,
    "readings": """
        select
            segment_key,
            -- "Age 30 years (44)": the bracket is said in full, as it stands alone
            left(clause, length(clause) - 1) || ' for all customers)' as reading
        from (
            select
                segment_key, clause,
                row_number() over (
                    partition by segment_key order by abs(difference) desc, feature
                ) as place
            from marts.segment_claims
            -- what the description does not say already
            where said_in = 'nowhere'
        ) as ranked
        where place <= 4 order by segment_key, place
    """,
    "rules": """
        select segment_key, rule_text, reading from marts.segment_rules
        where rule_rank = 1
    """,
    "actions": """
        select
            segment_key, objective, channel, offer, category, tone, message_idea,
            objective_reason, retention_reason, at_risk_customers,
            high_value_at_risk_customers
        from marts.segment_actions
    """,
    "stability": """
        select segment_key, stability, jaccard_mean from marts.segment_stability
        where segment_key in (
            select segment_key from marts.segments where status = 'current'
        )
        and model_version in (
            select model_version from marts.segment_model_versions where is_current
        )
        order by segment_key
    """,
    "campaign": """
        select sentence, contact_cost, revenue_per_response, evaluated_customers
        from marts.campaign_summary
    """,
    "plan": """
        select
            segment_key, contacts, held_out, expected_responses, expected_cost,
            expected_profit
        from marts.campaign_plan order by segment_key
    """,
    "rfm": """
        select segment_key, rfm_segment, rfm_segment_order, customers, segment_share,
            share_index
        from marts.segment_rfm_crosstab order by rfm_segment_order, segment_key
    """,
    "sizes": """
        select
            observed_on, segment_key, segment_name, customers, customer_share,
            total_spend, year_before_on
        from marts.segment_sizes_history order by observed_on, segment_key
    """,
    "sold": """
        select category, channel, segment_key, allocated_spend as spend
        from marts.category_demand where channel is not null
        order by category, channel, segment_key
    """,
    "transitions": """
        select
            observed_on, from_segment_key, from_segment_name, to_segment_key,
            to_segment_name, customers, share_of_origin
        from marts.segment_transitions
        where observed_on = (select max(observed_on) from marts.segment_transitions)
        order by from_segment_key, to_segment_key
    """,
    "value": """
        select segment_key, horizon_days, is_estimate, accuracy
        from marts.value_by_segment
    """,
    "trust": """
        select topic, verdict, sentence from marts.trust_summary order by topic_order
    """,
    "results": """
        select extra_profit, extra_profit_lower, extra_profit_upper
        from marts.campaign_results_by_scope where segment_key = 'all'
    """,
    "profiles": """
        select
            segment_key, feature, feature_label, unit, mean, population_mean
        from marts.segment_feature_profiles
        where differentiator_rank is not null
        order by segment_key, differentiator_rank
    """,
    "attributes": """
        select segment_key, attribute, attribute_value, customer_share, population_share
        from marts.segment_attribute_profiles
        where differentiator_rank <= 8 order by segment_key, differentiator_rank
    """,
    "groups": """
        select distinct attribute, attribute_value from marts.segment_attribute_profiles
        order by attribute, attribute_value
    """,
    "answers": """
        select segment_key, campaign, campaign_label, contacts, acceptance_rate,
            population_rate
        from marts.segment_campaign_response order by segment_key, campaign_order
    """,
}
