{#
  The columns of customers_wide that are this input's own, as [{'name': 'wine_spend',
  'expression': 'staged."spend_wine"', 'said': 'Spend on wine …'}, …]: categories,
  channels and campaigns by the owner's names, then what the definition declares.

  A name that another column has already (a category called total) takes the name of its
  column in staging (spend_total).

  core: the relation whose columns it has beside them; all its names are taken, so that
  those of the input do not depend on what happens to be empty
#}
{% macro own_columns(core) %}
    {% set columns = [] %}
    {% set names = [] %}
    {% if execute and load_relation(core) %}
        {% for column in adapter.get_columns_in_relation(core) %}
            {% do names.append(column.name | lower) %}
        {% endfor %}
    {% endif %}
    {% for name, other_name, expression, said in _own_columns() %}
        {% set free = other_name if name | lower in names else name %}
        {% do names.append(free | lower) %}
        {% do columns.append({'name': free, 'expression': expression, 'said': said}) %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}

{% macro _own_columns() %}
    {% set rows = [] %}
    {% for role, whole, money, of_what in [
        ('channel', 'purchases', 'purchases', 'Purchases through'),
        ('spend', 'total_spend', 'spend', 'Spend on'),
    ] %}
        {% for field in input_fields(role) %}
            {% set column = 'staged.' ~ staging_column(field) %}
            {% do rows.append([
                field.name ~ '_' ~ money, staging_name(field), column,
                of_what ~ ' ' ~ field.name
                ~ ' over the period of the file up to observed_on (cumulative).',
            ]) %}
            {% do rows.append([
                field.name ~ '_share', 'share_of_' ~ staging_name(field),
                share_of(column, 'customers.' ~ whole),
                of_what ~ ' ' ~ field.name ~ ' / ' ~ whole ~ '; null where that is 0.',
            ]) %}
        {% endfor %}
    {% endfor %}
    {% if has_field('attribute', 'gold_spend') %}
        {% for name, expression, said in [
            (
                'gold_spend', 'staged.gold_spend',
                'Spend on gold products, part of the categories (cumulative).',
            ),
            (
                'gold_share', share_of('staged.gold_spend', 'customers.total_spend'),
                'gold_spend / total_spend, above 1 by is_gold_above_total; null of 0.',
            ),
            (
                'is_gold_above_total',
                'coalesce(staged.gold_spend > customers.total_spend, false)',
                'More spent on gold products than in all categories.',
            ),
        ] %}
            {% do rows.append([name, 'own_' ~ name, expression, said]) %}
        {% endfor %}
    {% endif %}
    {% for field in input_fields('campaign') %}
        {% do rows.append([
            staging_name(field), staging_name(field), 'staged.' ~ staging_column(field),
            'Whether the campaign ' ~ field.name ~ ' was accepted.',
        ]) %}
    {% endfor %}
    {% for field in declared_fields() %}
        {% set said = (field.source_column or field.name) ~ ' of the file' %}
        {% if field.figure %}
            {% set said = field.figure ~ ' of ' ~ field.part_of ~ ' over its periods' %}
        {% endif %}
        {% do rows.append([
            field.name, field.name, 'staged.' ~ staging_column(field),
            said ~ ', as the definition of the input declares it.',
        ]) %}
        {% if field.role == 'date' %}
            {% do rows.append([
                field.name ~ '_days', field.name ~ '_days',
                days_between('staged.' ~ staging_column(field), 'customers.observed_on'),
                'Days from ' ~ said ~ ' to the day of the data.',
            ]) %}
        {% endif %}
    {% endfor %}
    {{ return(rows) }}
{% endmacro %}

{#
  Names of the columns that customers_wide has where dbt builds no rows (--empty), and
  nothing is known of anybody; none in other builds.

  columns_without_rows() -> ['customer_id', 'income', …]
#}
{% macro columns_without_rows() %}
    {# asked for in every build, as dbt has to know what a model reads #}
    {% set names = _own_columns() | map('first') | list %}
    {% if not execute or not is_empty_build() %}
        {{ return([]) }}
    {% endif %}
    {% for name in graph.nodes['model.segmentation.customers'].columns %}
        {% do names.append(name) %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}

{#
  Names of the columns of a relation in which at least one row has a value; all of them
  where it has no rows, and none while dbt only parses.

  filled_columns(ref('customers')) -> ['customer_id', 'segment_key', …]
#}
{% macro filled_columns(relation) %}
    {% if not execute or not load_relation(relation) %}
        {{ return([]) }}
    {% endif %}
    {% set names = adapter.get_columns_in_relation(relation) | map(attribute='name') | list %}
    {% set counts = [] %}
    {% for name in names %}
        {% do counts.append('count(' ~ quoted_name(name) ~ ')') %}
    {% endfor %}
    {% set asked = 'select count(*), ' ~ counts | join(', ') ~ ' from ' ~ relation %}
    {% set row = run_query(asked).rows[0] %}
    {% set filled = [] %}
    {% for name in names %}
        {% if row[loop.index] > 0 or row[0] == 0 %}
            {% do filled.append(name) %}
        {% endif %}
    {% endfor %}
    {{ return(filled) }}
{% endmacro %}

{#
  A relation with columns that it may lack, as texts that are null then: a query.

  completed(ref('customers_wide'), ['gender', 'education'])
      -> select cast(null as varchar) as "gender", * from customers_wide
#}
{% macro completed(relation, columns) -%}
    {%- set known = columns -%}
    {%- if execute and load_relation(relation) -%}
    {%- set known = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- endif -%}
    select
        {% for column in columns if column not in known %}
        cast(null as {{ dbt.type_string() }}) as {{ quoted_name(column) }},
        {% endfor %}
        *

    from {{ relation }}
{%- endmacro %}
