{% set rules = segment_rule_rows() %}
{% set coverage = share_of(
    'matched.segment_customers_matched', 'coalesce(sizes.segment_customers, 0)'
) %}
{% set precision = share_of('matched.segment_customers_matched', 'matched.customers') %}

with

-- the rules exclude each other, so that the order does not matter
judged as (

    select
        segment_key,
        case
            when 1 = 0 then 0
            {%- for rule in rules %}
            when {{ rule.rule_sql }} then {{ rule.rule_number }}
            {%- endfor %}
            else 0
        end as rule_number

    from {{ ref('customers_wide') }}

),

counted as (

    select
        segment_key,
        rule_number,
        count(*) as customers

    from judged

    group by segment_key, rule_number

),

-- what a rule finds, of its own segment and of all
matched as (

    select
        rules.rule_number,
        coalesce(sum(found.customers), 0) as customers,
        coalesce(
            sum(case when found.segment_key = rules.segment_key then found.customers end),
            0
        ) as segment_customers_matched

    from {{ ref('ml_segment_rules') }} as rules

    left join counted as found
        on rules.rule_number = found.rule_number

    group by rules.rule_number

),

totals as (

    select sum(customers) as customers from counted

),

sizes as (

    select
        segment_key,
        sum(customers) as segment_customers

    from counted

    group by segment_key

)

select
    rules.segment_key,
    current_segments.segment_name,
    rules.rule_number,
    cast(
        row_number() over (
            partition by rules.segment_key
            order by matched.segment_customers_matched desc, rules.rule_number
        ) as integer
    ) as rule_rank,
    rules.rule_text,
    rules.rule_sql,
    rules.condition_count,
    cast(matched.customers as bigint) as customers,
    cast(matched.segment_customers_matched as bigint) as segment_customers_matched,
    {{ coverage }} as coverage,
    {{ precision }} as precision_share,
    {{ wilson_bound('matched.segment_customers_matched', 'matched.customers', -1) }}
        as precision_lower,
    {{ wilson_bound('matched.segment_customers_matched', 'matched.customers', 1) }}
        as precision_upper,
    {{ share_of(
        'sum(matched.segment_customers_matched) over ()', 'totals.customers'
    ) }} as fidelity,
    rules.cross_validated_fidelity,
    rules.model_version,
    {{ percent(precision) }} || ' of the ' || {{ figure('matched.customers') }}
    || ' customers whom the rule describes are in the segment; it finds '
    || {{ percent(coverage) }} || ' of the segment.' as reading

from {{ ref('ml_segment_rules') }} as rules

inner join matched
    on rules.rule_number = matched.rule_number

cross join totals

left join sizes
    on rules.segment_key = sizes.segment_key

left join {{ ref('int_current_segments') }} as current_segments
    on rules.segment_key = current_segments.segment_key

-- of nobody nothing can be said
where totals.customers > 0
