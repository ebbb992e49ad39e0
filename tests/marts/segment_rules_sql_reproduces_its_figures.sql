{# Every rule, applied alone to customers, gives the figures that stand beside it. #}
{% set rules = segment_rule_rows('segment_rules') %}

with

customers as (

    select * from {{ ref('customers_wide') }}

),

stated as (

    select * from {{ ref('segment_rules') }}

),

applied as (

    select
        0 as rule_number,
        0 as customers,
        0 as segment_customers_matched,
        0 as segment_customers

    where false
    {% for rule in rules %}

    union all

    select
        {{ rule.rule_number }} as rule_number,
        count_if({{ rule.rule_sql }}) as customers,
        count_if(({{ rule.rule_sql }}) and segment_key = '{{ rule.segment_key }}')
            as segment_customers_matched,
        count_if(segment_key = '{{ rule.segment_key }}') as segment_customers

    from customers
    {% endfor %}

),

compared as (

    select
        stated.*,
        applied.customers as found_customers,
        applied.segment_customers_matched as found_matched,
        {{ share_of('applied.segment_customers_matched', 'applied.segment_customers') }}
            as found_coverage,
        {{ share_of('applied.segment_customers_matched', 'applied.customers') }}
            as found_precision,
        {{ share_of(
            'sum(applied.segment_customers_matched) over ()',
            'sum(applied.customers) over ()'
        ) }} as found_fidelity

    from stated

    full outer join applied
        on stated.rule_number = applied.rule_number

)

select *

from compared

where
    customers is distinct from found_customers
    or segment_customers_matched is distinct from found_matched
    or coverage is distinct from found_coverage
    or precision_share is distinct from found_precision
    or fidelity is distinct from found_fidelity
