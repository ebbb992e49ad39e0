{#
  The spend categories that the current category profiles know, in the order of their
  names. Empty while dbt only parses, and where the input switches recommendations off.

  Example: {% for category in profiled_categories() %} … {% endfor %}
#}
{% macro profiled_categories() %}
    {% set relation = ref('ml_category_profiles') %}
    {% set versions = ref('ml_segment_model') %}
    {% if not execute or not load_relation(relation) %}
        {{ return([]) }}
    {% endif %}
    {% set categories = [] %}
    {% for row in run_query(
        'select distinct category from ('
        ~ exploded(relation, 'segments', keep=['model_version'], fields=['category'])
        ~ ') as profiles where model_version = (select model_version from '
        ~ versions ~ ' where is_current) order by category'
    ).rows %}
        {% do categories.append(row[0]) %}
    {% endfor %}
    {{ return(categories) }}
{% endmacro %}
