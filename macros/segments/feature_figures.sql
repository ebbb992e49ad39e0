{#
  What one_row_each takes to write a row for every feature out of figures that stand beside
  each other (feature_columns). `keys` are the same for every feature, `quantiles` names of
  what stands in the list quantiles_#.

  feature_figures(['mean'], keys=['segment_key'], quantiles=['p25'])
      -> [{'feature': "'age'", 'segment_key': 'segment_key', 'mean': 'mean_1',
           'p25': 'quantiles_1[1]'}, …]
#}
{% macro feature_figures(figures, keys=[], quantiles=[]) %}
    {% set rows = [] %}
    {% for row in catalogue_features() %}
        {% set place = loop.index | string %}
        {% set columns = {'feature': "'" ~ row.feature ~ "'"} %}
        {% for key in keys %}
            {% do columns.update({key: key}) %}
        {% endfor %}
        {% for name in figures %}
            {% do columns.update({name: name ~ '_' ~ place}) %}
        {% endfor %}
        {% for name in quantiles %}
            {% do columns.update({name: nth('quantiles_' ~ place, loop.index)}) %}
        {% endfor %}
        {% do rows.append(columns) %}
    {% endfor %}
    {{ return(rows) }}
{% endmacro %}

{#
  Figures of every feature of the catalogue beside each other, each called by its name and
  the place of the feature. A # stands for that place, a @ for the value of the feature,
  which is its column unless another is given.

  feature_columns({'known': 'count(@)'}) -> count("age") as known_1, count("income") as …
  feature_columns({'mean': 'avg(@)'}, 'cast(@ as double)')
      -> avg(cast("age" as double)) as mean_1, …
#}
{% macro feature_columns(figures, value='@') %}
    {%- for row in catalogue_features() %}
    {%- set place = loop.index | string %}
    {%- set own_value = value | replace('@', adapter.quote(row.feature)) %}
    {%- for name, figure in figures.items() %}
    {{ figure | replace('#', place) | replace('@', own_value) }} as {{ name }}_{{ place }},
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
