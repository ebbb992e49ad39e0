{#
  One row per element of a list of structs, with the fields of the struct as columns.

  exploded(ref('ml_segment_model'), 'centroids', keep=['model_version'],
           fields=['segment_key', 'feature'])
      -> select model_version, item.segment_key, item.feature from …
#}
{% macro exploded(relation, list_column, keep, fields) -%}
    {{ return(adapter.dispatch('exploded', 'segmentation')(
        relation, list_column, keep, fields
    )) }}
{%- endmacro %}

{% macro duckdb__exploded(relation, list_column, keep, fields) -%}
    select
        {% for column in keep %}
        exploded_list.{{ column }},
        {% endfor %}
        {% for field in fields %}
        exploded_list.item.{{ field }} as {{ field }}{{ ',' if not loop.last }}
        {% endfor %}

    from (
        select
            {{ keep | join(', ') }},
            unnest({{ list_column }}) as item

        from {{ relation }}
    ) as exploded_list
{%- endmacro %}

{% macro spark__exploded(relation, list_column, keep, fields) -%}
    select
        {% for column in keep %}
        exploded_list.{{ column }},
        {% endfor %}
        {% for field in fields %}
        exploded_list.item.{{ field }} as {{ field }}{{ ',' if not loop.last }}
        {% endfor %}

    from (
        select
            {{ keep | join(', ') }},
            explode({{ list_column }}) as item

        from {{ relation }}
    ) as exploded_list
{%- endmacro %}
