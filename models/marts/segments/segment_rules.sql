{% set rules = segment_rule_rows() %}

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

sizes as (

    select
        segment_key,
        sum(customers) as segment_customers

    from counted

    group by segment_key

),

matched as (

    select
        rules.rule_number,
        coalesce(sum(counted.customers), 0) as customers,
        coalesce(
            sum(
                case
                    when counted.segment_key = rules.segment_key then counted.customers
                end
            ),
            0
        ) as segment_customers_matched

    from {{ ref('ml_segment_rules') }} as rules

    left join counted
        on rules.rule_number = counted.rule_number

    group by rules.rule_number

),

measured as (

    select
        rules.*,
        matched.customers,
        matched.segment_customers_matched,
        coalesce(sizes.segment_customers, 0) as segment_customers,
        sum(matched.segment_customers_matched) over () as all_matched

    from {{ ref('ml_segment_rules') }} as rules

    inner join matched
        on rules.rule_number = matched.rule_number

    left join sizes
        on rules.segment_key = sizes.segment_key

),

totals as (

    select sum(customers) as customers

    from counted

)

select
    measured.segment_key,
    current_segments.segment_name,
    measured.rule_number,
    cast(
        row_number() over (
            partition by measured.segment_key
            order by measured.segment_customers_matched desc, measured.rule_number
        ) as integer
    ) as rule_rank,
    measured.rule_text,
    measured.rule_sql,
    measured.condition_count,
    cast(measured.customers as bigint) as customers,
    cast(measured.segment_customers_matched as bigint) as segment_customers_matched,
    {{ share_of('measured.segment_customers_matched', 'measured.segment_customers') }}
        as coverage,
    {{ share_of('measured.segment_customers_matched', 'measured.customers') }}
        as precision_share,
    {{ wilson_bound('measured.segment_customers_matched', 'measured.customers', -1) }}
        as precision_lower,
    {{ wilson_bound('measured.segment_customers_matched', 'measured.customers', 1) }}
        as precision_upper,
    {{ share_of('measured.all_matched', 'totals.customers') }} as fidelity,
    measured.cross_validated_fidelity,
    measured.model_version,
    {{ percent(share_of('measured.segment_customers_matched', 'measured.customers')) }}
    || ' of the ' || {{ figure('measured.customers') }}
    || ' customers whom the rule describes are in the segment; it finds '
    || {{ percent(share_of(
        'measured.segment_customers_matched', 'measured.segment_customers'
    )) }} || ' of the segment.' as reading

from measured

cross join totals

left join {{ ref('int_current_segments') }} as current_segments
    on measured.segment_key = current_segments.segment_key

-- of nobody nothing can be said
where totals.customers > 0
