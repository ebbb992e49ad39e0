{#
  Rows out of one: for each of the given rows its columns, computed from the columns of
  a relation. Engines that read a common table expression again wherever it is named
  (Spark) would compute the relation once for every arm of a union.

  one_row_each('measured', [
      {'feature': "'age'", 'mean': 'mean_1'}, {'feature': "'income'", 'mean': 'mean_2'}
  ]) -> select 'age' as feature, mean_1 as mean from measured union all select …

  Columns of a name have one type in all rows.
#}
{% macro one_row_each(relation, rows) -%}
    {{ return(adapter.dispatch('one_row_each', 'segmentation')(relation, rows)) }}
{%- endmacro %}

{% macro duckdb__one_row_each(relation, rows) -%}
    {% for row in rows %}
    select
        {% for name, value in row.items() %}
        {{ value }} as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}

    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{% macro spark__one_row_each(relation, rows) -%}
    select
        {% for name in rows | first | default({}) %}
        items.item.{{ name }} as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}

    from (
        select
            explode(array(
                {% for row in rows %}
                named_struct(
                    {% for name, value in row.items() %}
                    '{{ name }}', {{ value }}{{ ',' if not loop.last }}
                    {% endfor %}
                ){{ ',' if not loop.last }}
                {% endfor %}
            )) as item

        from {{ relation }}
    ) as items
{%- endmacro %}
