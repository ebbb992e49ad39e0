{#
  How often customers who buy one field of a role also buy another one, against what
  chance would give if the two had nothing to do with each other.

  co_purchases('channel', 'channel')
      -> channel, other_channel, customers, channel_customers, other_channel_customers,
         both_customers, expected_both_customers, both_share, lift
#}
{% macro co_purchases(role, name_column) %}
{%- set fields = input_fields(role) -%}
with

customers as (

    select * from {{ ref('stg_input__customers') }}

),

-- every pair is counted in one pass; only the counts become long
counted as (

    select
        count(*) as customers
        {%- for field in fields %},
        count_if({{ staging_column(field) }} > 0) as buyers_{{ loop.index }}
        {%- set first = loop.index %}
        {%- for other in fields[loop.index:] %},
        count_if(
            {{ staging_column(field) }} > 0 and {{ staging_column(other) }} > 0
        ) as both_{{ first }}_{{ first + loop.index }}
        {%- endfor %}
        {%- endfor %}

    from customers

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
    {%- for first, name, second, other_name in pairs %}
    select
        '{{ escape_single_quotes(name) }}' as {{ name_column }},
        '{{ escape_single_quotes(other_name) }}' as other_{{ name_column }},
        customers,
        buyers_{{ first }} as buyers,
        buyers_{{ second }} as other_buyers,
        both_{{ [first, second] | min }}_{{ [first, second] | max }} as both_customers

    from counted
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        '' as {{ name_column }},
        '' as other_{{ name_column }},
        customers,
        cast(0 as bigint) as buyers,
        cast(0 as bigint) as other_buyers,
        cast(0 as bigint) as both_customers

    from counted

    where false
    {%- endfor %}

),

compared as (

    select
        *,
        {{ share_of('both_customers', 'buyers') }} as both_share,
        {{ share_of('other_buyers', 'customers') }} as population_share

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
    'Of the customers who buy ' || {{ name_column }} || ', ' || {{ percent('both_share') }}
    || ' also buy ' || other_{{ name_column }} || '; among all customers it is '
    || {{ percent('population_share') }} || '.' as reading

from compared
{% endmacro %}
