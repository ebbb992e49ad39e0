{#
  Values of attributes with their place among the values of the same attribute: the order
  that a definition declares, education from the lowest, else the most frequent first; a
  missing value comes last. `values` has a row for each attribute and attribute_value,
  with customers.

  Example: {{ values_in_order('summed_values') }}
      -> select attribute, attribute_value, customers, value_rank, known_values from …
#}
{% macro values_in_order(values) -%}
    select
        {{ values }}.attribute,
        {{ values }}.attribute_value,
        {{ values }}.customers,
        row_number() over (
            partition by {{ values }}.attribute
            order by
                case when {{ values }}.attribute_value is null then 1 else 0 end,
                nullif(
                    array_position(
                        declared.value_order, lower({{ values }}.attribute_value)
                    ),
                    0
                ) asc nulls last,
                levels.education_rank asc nulls last,
                {{ values }}.customers desc,
                {{ values }}.attribute_value asc nulls last
        ) as value_rank,
        count({{ values }}.attribute_value) over (
            partition by {{ values }}.attribute
        ) as known_values

    from {{ values }}

    left join (
        {{ exploded(
            ref('input_dialect'),
            'declared',
            keep=['input_name'],
            fields=['feature', 'value_order']
        ) }}
    ) as declared
        on {{ values }}.attribute = declared.feature

    left join (
        select
            education,
            min(education_rank) as education_rank

        from {{ ref('education_levels') }}

        group by education
    ) as levels
        on
            {{ values }}.attribute = 'education'
            and {{ values }}.attribute_value = levels.education
{%- endmacro %}
