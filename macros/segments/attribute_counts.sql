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
  How many customers of a segment have which value of these attributes, a missing one too.
  One pass over the customers; only the counts become long.

  Example: {{ attribute_counts() }} -> segment_key, attribute, attribute_value, customers
#}
{% macro attribute_counts() -%}
    {%- set names = profiled_attributes() | map(attribute='feature') | list %}
    with

    customers as (

        {{ completed(ref('customers_wide'), names) }}

    ),

    counted as (

        select
            segment_key,
            {% for name in names %}
            {{ quoted_name(name) }},
            {% endfor %}
            count(customer_id) as customers

        from customers

        group by
            {% for name in names %}
            {{ quoted_name(name) }},
            {% endfor %}
            segment_key

    )

    {% for name in names %}
    select
        segment_key,
        '{{ name }}' as attribute,
        {{ quoted_name(name) }} as attribute_value,
        sum(customers) as customers

    from counted

    group by segment_key, {{ quoted_name(name) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{#
  The same with so many values of an attribute by name, in their order, all others
  together, and what is not known last. An attribute without any value is left out.

  Example: {{ frequent_values(20) }}
      -> segment_key, attribute, attribute_value, value_order, customers
#}
{% macro frequent_values(most) -%}
    with

    counted as (

        {{ attribute_counts() }}

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
