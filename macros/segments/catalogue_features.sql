{#
  The features of the catalogue that the input has values of, by name, as
  [{'feature': 'age', 'label': 'Age', …}]. Empty while dbt only parses.

  catalogue_features('int_features_offered') gives all that the project or the input
  knows of.

  Example: {% for row in catalogue_features() %} avg({{ row.feature }}) {% endfor %}
#}
{% macro catalogue_features(model='int_feature_catalogue', kind='number') %}
    {% set relation = ref(model) %}
    {% if not execute or not load_relation(relation) %}
        {{ return([]) }}
    {% endif %}
    {% set rows = run_query(
        'select feature, label, unit, family, implausible_flag from ' ~ relation
        ~ " where kind = '" ~ kind ~ "' order by feature"
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

{#
  The features of the catalogue that are groups: words or codes with few values.

  Example: {% for row in catalogue_groups() %} count(distinct {{ row.feature }}) {% endfor %}
#}
{% macro catalogue_groups(model='int_feature_catalogue') %}
    {{ return(catalogue_features(model, kind='group')) }}
{% endmacro %}
