{#
  The attributes whose values are counted, own groups of the input among them, as
  [{'feature': 'gender', 'label': 'Gender', 'is_own': false}, …].

  Example: {% for attribute in profiled_attributes() %} {{ attribute.label }} {% endfor %}
#}
{% macro profiled_attributes() %}
    {% set attributes = [] %}
    {% set labels = {
        'gender': 'Gender', 'country': 'Country', 'education': 'Education',
        'marital_status': 'Marital status', 'household_type': 'Household',
        'preferred_channel': 'Preferred channel', 'top_category': 'Top category',
    } %}
    {% for feature, label in labels.items() %}
        {% do attributes.append({'feature': feature, 'label': label, 'is_own': false}) %}
    {% endfor %}
    {% for row in catalogue_groups() if row.feature not in labels %}
        {% do attributes.append(
            {'feature': row.feature, 'label': row.label, 'is_own': true}
        ) %}
    {% endfor %}
    {{ return(attributes) }}
{% endmacro %}

{#
  Which share of a segment, and of all customers, has which value of an attribute; nobody is
  a share too. Who has no value counts in none of them.

  shares_of_values(ref('int_attribute_counts'))
      -> segment_key, attribute, attribute_value, value_rank, customers, known_customers,
         customer_share, population_share, segment_share: the segment's of all known
#}
{% macro shares_of_values(counts) -%}
    with

    counted as (

        select * from {{ counts }}

        where attribute_value is not null

    ),

    known as (

        select
            segment_key,
            attribute,
            sum(customers) as known_customers,
            sum(sum(customers)) over (partition by attribute) as all_known_customers

        from counted

        group by segment_key, attribute

    ),

    ordered_values as (

        {{ values_in_order('counted') }}

    )

    select
        known.segment_key,
        known.attribute,
        ordered_values.attribute_value,
        ordered_values.value_rank,
        coalesce(counted.customers, 0) as customers,
        known.known_customers,
        {{ share_of('coalesce(counted.customers, 0)', 'known.known_customers') }}
            as customer_share,
        {{ share_of('ordered_values.customers', 'known.all_known_customers') }}
            as population_share,
        {{ share_of('known.known_customers', 'known.all_known_customers') }}
            as segment_share

    from known

    inner join ordered_values
        on known.attribute = ordered_values.attribute

    left join counted
        on known.segment_key = counted.segment_key
        and known.attribute = counted.attribute
        and ordered_values.attribute_value = counted.attribute_value
{%- endmacro %}

{#
  The customers of each segment by value, with so many values of an attribute by name, in
  their order, all others together, and what is not known last. An attribute without any
  value is left out.

  Example: {{ frequent_values(20) }}
      -> segment_key, attribute, attribute_value, value_order, customers
#}
{% macro frequent_values(most) -%}
    with

    counted as (

        select * from {{ ref('int_attribute_counts') }}

    ),

    totals as (

        {{ values_in_order('counted') }}

    )

    select
        counted.segment_key,
        counted.attribute,
        case
            when counted.attribute_value is null then 'Not known'
            when totals.value_rank > {{ most }} then 'All others'
            else counted.attribute_value
        end as attribute_value,
        least(
            totals.value_rank,
            {{ most + 1 }}
            + case when counted.attribute_value is null then 1 else 0 end
        ) as value_order,
        counted.customers

    from counted

    inner join totals
        on counted.attribute = totals.attribute
        and counted.attribute_value is not distinct from totals.attribute_value

    where totals.known_values > 0
{%- endmacro %}
