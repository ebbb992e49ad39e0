{#
  How often customers who buy one field of a role also buy another one, against all
  customers; and the same for those who prefer it, that is buy more of it than the field's
  share in the total would give. Where nearly everybody buys everything, only the second
  tells anything.

  co_purchases('channel', 'channel')
      -> channel, other_channel, customers, channel_customers, other_channel_customers,
         both_customers, both_share, …, lift, preferring_customers, …, preference_lift
#}
{% macro co_purchases(role, name_column) %}
{%- set fields = input_fields(role) -%}
with

customers as (

    select * from {{ ref('stg_input__customers') }}

),

totals as (

    select
        cast(sum({{ sum_of_fields(role, 'decimal(18, 2)') }}) as double) as grand_total
        {%- for field in fields %},
        cast(sum({{ staging_column(field) }}) as double) as field_total_{{ loop.index }}
        {%- endfor %}

    from customers

),

judged as (

    select
        1 as one
        {%- for field in fields %},
        coalesce({{ staging_column(field) }}, 0) > 0 as buys_{{ loop.index }},
        coalesce({{ staging_column(field) }}, 0) * totals.grand_total
        > {{ sum_of_fields(role, 'decimal(18, 2)') }} * totals.field_total_{{ loop.index }}
            as prefers_{{ loop.index }}
        {%- endfor %}

    from customers

    cross join totals

),

-- every pair is counted in one pass; only the counts become long
counted as (

    select
        count(*) as customers
        {%- for field in fields %},
        count_if(buys_{{ loop.index }}) as buyers_{{ loop.index }},
        count_if(prefers_{{ loop.index }}) as preferring_{{ loop.index }}
        {%- set first = loop.index %}
        {%- for other in fields[loop.index:] %},
        {%- set second = first + loop.index %}
        count_if(buys_{{ first }} and buys_{{ second }}) as both_{{ first }}_{{ second }},
        count_if(prefers_{{ first }} and prefers_{{ second }})
            as both_preferring_{{ first }}_{{ second }}
        {%- endfor %}
        {%- endfor %}

    from judged

),

-- both directions, so that every field can be looked up in the first column
pairs as (

    {% set pairs = [] %}
    {%- for field in fields %}
    {%- set first = loop.index %}
    {%- for other in fields %}
    {%- if loop.index != first %}
    {%- do pairs.append((first, field.name, loop.index, other.name)) %}
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
    {%- set counts = [] %}
    {%- for first, name, second, other_name in pairs %}
    {%- set pair = [first, second] | min ~ '_' ~ [first, second] | max %}
    {%- do counts.append({
        name_column: "'" ~ escape_single_quotes(name) ~ "'",
        'other_' ~ name_column: "'" ~ escape_single_quotes(other_name) ~ "'",
        'customers': 'customers',
        'buyers': 'buyers_' ~ first,
        'other_buyers': 'buyers_' ~ second,
        'both_customers': 'both_' ~ pair,
        'preferring_customers': 'preferring_' ~ first,
        'other_preferring_customers': 'preferring_' ~ second,
        'both_preferring_customers': 'both_preferring_' ~ pair,
    }) %}
    {%- endfor %}
    {%- if counts %}
    {{ one_row_each('counted', counts) }}
    {%- else %}
    select
        '' as {{ name_column }},
        '' as other_{{ name_column }},
        customers,
        cast(0 as bigint) as buyers,
        cast(0 as bigint) as other_buyers,
        cast(0 as bigint) as both_customers,
        cast(0 as bigint) as preferring_customers,
        cast(0 as bigint) as other_preferring_customers,
        cast(0 as bigint) as both_preferring_customers

    from counted

    where false
    {%- endif %}

),

compared as (

    select
        *,
        {{ share_of('both_customers', 'buyers') }} as both_share,
        {{ share_of('other_buyers', 'customers') }} as population_share,
        {{ share_of('both_preferring_customers', 'preferring_customers') }}
            as both_preferring_share,
        {{ share_of('other_preferring_customers', 'customers') }}
            as population_preferring_share

    from pairs

)

select
    {{ name_column }},
    other_{{ name_column }},
    cast(customers as bigint) as customers,
    cast(buyers as bigint) as {{ name_column }}_customers,
    cast(other_buyers as bigint) as other_{{ name_column }}_customers,
    cast(both_customers as bigint) as both_customers,
    both_share,
    {{ wilson_bound('both_customers', 'buyers', -1) }} as both_share_lower,
    {{ wilson_bound('both_customers', 'buyers', 1) }} as both_share_upper,
    population_share,
    both_share / nullif(population_share, 0) as lift,
    cast(preferring_customers as bigint) as preferring_customers,
    cast(both_preferring_customers as bigint) as both_preferring_customers,
    both_preferring_share,
    population_preferring_share,
    both_preferring_share / nullif(population_preferring_share, 0) as preference_lift,
    'Of the customers who buy ' || replace({{ name_column }}, '_', ' ') || ', '
    || {{ percent('both_share') }}
    || ' also buy ' || replace(other_{{ name_column }}, '_', ' ') || ' (all customers: '
    || {{ percent('population_share') }} || '); of those who prefer it, '
    || {{ percent('coalesce(both_preferring_share, 0)') }}
    || ' prefer the other one too (all customers: '
    || {{ percent('population_preferring_share') }} || ').' as reading

from compared
{% endmacro %}
