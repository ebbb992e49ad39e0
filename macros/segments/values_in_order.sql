{#
  Values of attributes with their place among the values of the same attribute: the order
  that a definition declares, education from the lowest, else the most frequent first; a
  missing value comes last. `counts` has numbers of customers by attribute and
  attribute_value, which are added up.

  Example: {{ values_in_order('counted') }}
      -> select attribute, attribute_value, customers, value_rank, known_values from …
#}
{% macro values_in_order(counts) -%}
    select
        summed.attribute,
        summed.attribute_value,
        summed.customers,
        row_number() over (
            partition by summed.attribute
            order by
                case when summed.attribute_value is null then 1 else 0 end,
                nullif(
                    array_position(
                        declared.value_order, lower(summed.attribute_value)
                    ),
                    0
                ) asc nulls last,
                levels.education_rank asc nulls last,
                summed.customers desc,
                summed.attribute_value asc nulls last
        ) as value_rank,
        count(summed.attribute_value) over (
            partition by summed.attribute
        ) as known_values

    from (
        select
            attribute,
            attribute_value,
            sum(customers) as customers

        from {{ counts }}

        group by attribute, attribute_value
    ) as summed

    left join (
        {{ exploded(
            ref('input_dialect'),
            'declared',
            keep=['input_name'],
            fields=['feature', 'value_order']
        ) }}
    ) as declared
        on summed.attribute = declared.feature

    left join (
        select
            education,
            min(education_rank) as education_rank

        from {{ ref('education_levels') }}

        group by education
    ) as levels
        on
            summed.attribute = 'education'
            and summed.attribute_value = levels.education
{%- endmacro %}
