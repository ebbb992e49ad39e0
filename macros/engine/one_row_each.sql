{#
  Rows out of one: for each of the given rows its columns, computed from the columns of
  a relation of few rows and, where features are many, thousands of columns: as a list
  of structs, as every arm of a union would read them all again.

  one_row_each('measured', [
      {'feature': "'age'", 'mean': 'mean_1'}, {'feature': "'income'", 'mean': 'mean_2'}
  ]) -> select items.item.feature as feature, … from (select unnest([{…}, …]) as item …)

  Columns of a name have one type in all rows.
#}
{% macro one_row_each(relation, rows) -%}
    {{ return(adapter.dispatch('one_row_each', 'segmentation')(relation, rows)) }}
{%- endmacro %}

{% macro duckdb__one_row_each(relation, rows) -%}
    select
        {% for name in rows | first | default({}) %}
        items.item.{{ name }} as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}

    from (
        select
            unnest([
                {% for row in rows %}
                {
                    {% for name, value in row.items() %}
                    '{{ name }}': {{ value }}{{ ',' if not loop.last }}
                    {% endfor %}
                }{{ ',' if not loop.last }}
                {% endfor %}
            ]) as item

        from {{ relation }}
    ) as items
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

{#
  The same rows out of each row of a relation that is long: on DuckDB a union, which
  takes a third of the time of lists there, as each arm reads its own columns alone.

  stacked('customers', [
      {'feature': "'age'", 'value': 'age'}, {'feature': "'income'", 'value': 'income'}
  ]) -> select 'age' as feature, age as value from customers union all select …
#}
{% macro stacked(relation, rows) -%}
    {{ return(adapter.dispatch('stacked', 'segmentation')(relation, rows)) }}
{%- endmacro %}

{% macro duckdb__stacked(relation, rows) -%}
    {% for row in rows %}
    select
        {% for name, value in row.items() %}
        {{ value }} as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}

    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{% macro spark__stacked(relation, rows) -%}
    {{ return(spark__one_row_each(relation, rows)) }}
{%- endmacro %}
