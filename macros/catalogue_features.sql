{#
  The features of the catalogue that the input has values of, by name, as
  [{'feature': 'age', 'label': 'Age', …}]. Empty while dbt only parses.

  catalogue_features('feature_catalogue') gives those of the whole seed.

  Example: {% for row in catalogue_features() %} avg({{ row.feature }}) {% endfor %}
#}
{% macro catalogue_features(model='int_feature_catalogue') %}
    {% set relation = ref(model) %}
    {% if not execute or not load_relation(relation) %}
        {{ return([]) }}
    {% endif %}
    {% set rows = run_query(
        'select feature, label, unit, family, implausible_flag from ' ~ relation
        ~ ' order by feature'
    ).rows %}
    {% set features = [] %}
    {% for row in rows %}
        {% do features.append({
            'feature': row[0],
            'label': row[1],
            'unit': row[2],
            'family': row[3],
            'implausible_flag': row[4],
        }) %}
    {% endfor %}
    {{ return(features) }}
{% endmacro %}
