{#
  What one_row_each takes to write a row for every feature out of columns that stand
  beside each other. A # stands for the place of the feature in the catalogue.

  feature_figures({'segment_key': 'segment_key', 'mean': 'mean_#'})
      -> [{'feature': "'age'", 'segment_key': 'segment_key', 'mean': 'mean_1'}, …]
#}
{% macro feature_figures(columns) %}
    {% set rows = [] %}
    {% for row in catalogue_features() %}
        {% set place = loop.index | string %}
        {% set figures = {'feature': "'" ~ row.feature ~ "'"} %}
        {% for name, column in columns.items() %}
            {% do figures.update({name: column | replace('#', place)}) %}
        {% endfor %}
        {% do rows.append(figures) %}
    {% endfor %}
    {{ return(rows) }}
{% endmacro %}
