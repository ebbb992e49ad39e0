{#
  The features of the catalogue, by name, as [{'feature': 'age', 'label': 'Age', …}].
  Empty while dbt only parses.

  Example: {% for row in catalogue_features() %} avg({{ row.feature }}) {% endfor %}
#}
{% macro catalogue_features() %}
    {% set relation = ref('feature_catalogue') %}
    {% if not execute or not load_relation(relation) %}
        {{ return([]) }}
    {% endif %}
    {% set rows = run_query(
        'select feature, label, unit, family from ' ~ relation ~ ' order by feature'
    ).rows %}
    {% set features = [] %}
    {% for row in rows %}
        {% do features.append({
            'feature': row[0], 'label': row[1], 'unit': row[2], 'family': row[3]
        }) %}
    {% endfor %}
    {{ return(features) }}
{% endmacro %}
