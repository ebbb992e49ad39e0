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

{#
  Columns for every feature of the catalogue beside each other. A # stands for the place of
  the feature, a @ for its value, which is its column unless another is given.

  feature_columns({'known_#': 'count(@)'}) -> count("age") as known_1, count("income") as …
  feature_columns({'mean_#': 'avg(@)'}, 'cast(@ as double)')
      -> avg(cast("age" as double)) as mean_1, …
#}
{% macro feature_columns(columns, value='@') %}
    {%- for row in catalogue_features() %}
    {%- set place = loop.index | string %}
    {%- set own_value = value | replace('@', adapter.quote(row.feature)) %}
    {%- for name, column in columns.items() %}
    {{ column | replace('#', place) | replace('@', own_value) }}
        as {{ name | replace('#', place) }},
    {%- endfor %}
    {%- endfor %}
{%- endmacro %}

{#
  A row for each feature of the catalogue out of each row of a relation that is long. A @
  stands for the column of the feature.

  stacked_features('customers', ['segment_key'], 'cast(@ as double)')
      -> segment_key, feature, feature_value
#}
{% macro stacked_features(relation, keys, value='@') %}
    {% set rows = [] %}
    {% for row in catalogue_features() %}
        {% set columns = {'feature': "'" ~ row.feature ~ "'"} %}
        {% for key in keys %}
            {% do columns.update({key: key}) %}
        {% endfor %}
        {% do columns.update(
            {'feature_value': value | replace('@', adapter.quote(row.feature))}
        ) %}
        {% do rows.append(columns) %}
    {% endfor %}
    {{ return(stacked(relation, rows)) }}
{% endmacro %}
