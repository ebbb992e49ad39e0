{% set coverage = share_of('found.own_customers', 'sizes.customers') %}
{% set precision = share_of('found.own_customers', 'found.customers') %}

with

described as (

    select
        customer_id,
        segment_key,
        {{ describing_rule(segment_rule_rows()) }} as rule_number

    from {{ ref('customers_wide') }}

),

-- what a rule finds, of its own segment and of all
found as (

    select
        rules.rule_number,
        count(described.customer_id) as customers,
        count_if(described.segment_key = rules.segment_key) as own_customers

    from {{ ref('ml_segment_rules') }} as rules

    left join described
        on rules.rule_number = described.rule_number

    group by rules.rule_number

),

totals as (

    select sum(customers) as customers from {{ ref('int_segment_sizes') }}

)

select
    rules.segment_key,
    current_segments.segment_name,
    rules.rule_number,
    cast(
        row_number() over (
            partition by rules.segment_key
            order by found.own_customers desc, rules.rule_number
        ) as integer
    ) as rule_rank,
    rules.rule_text,
    rules.rule_sql,
    rules.condition_count,
    cast(found.customers as bigint) as customers,
    cast(found.own_customers as bigint) as segment_customers_matched,
    {{ coverage }} as coverage,
    {{ precision }} as precision_share,
    {{ wilson_bound('found.own_customers', 'found.customers', -1) }} as precision_lower,
    {{ wilson_bound('found.own_customers', 'found.customers', 1) }} as precision_upper,
    {{ share_of('sum(found.own_customers) over ()', 'totals.customers') }} as fidelity,
    rules.cross_validated_fidelity,
    rules.model_version,
    {{ percent(precision) }} || ' of the ' || {{ figure('found.customers') }}
    || ' customers whom the rule describes are in the segment; it finds '
    || {{ percent(coverage) }} || ' of the segment.' as reading

from {{ ref('ml_segment_rules') }} as rules

inner join found
    on rules.rule_number = found.rule_number

cross join totals

left join {{ ref('int_segment_sizes') }} as sizes
    on rules.segment_key = sizes.segment_key

left join {{ ref('int_current_segments') }} as current_segments
    on rules.segment_key = current_segments.segment_key

-- of nobody nothing can be said
where totals.customers > 0
