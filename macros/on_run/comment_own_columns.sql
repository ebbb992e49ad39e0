{#
  Comments on the columns of customers_wide, which no YAML can list: those of customers
  as customers describes them, the input's own by what they are.

  comment_own_columns() is the post-hook of customers_wide.
#}
{% macro comment_own_columns() %}
    {% if execute and var('table_comments', true) | as_bool %}
        {% set described = {} %}
        {% for column in graph.nodes['model.segmentation.customers'].columns.values() %}
            {% do described.update({column.name: {'description': column.description}}) %}
        {% endfor %}
        {% for column in own_columns(ref('customers')) %}
            {# a name of the file may be any text #}
            {% do described.update({column.name: {'description': column.said, 'quote': true}}) %}
        {% endfor %}
        {% set wanted = {} %}
        {% for column in adapter.get_columns_in_relation(this) if column.name in described %}
            {% do wanted.update({column.name: described[column.name]}) %}
        {% endfor %}
        {% do run_query(alter_column_comment(this, wanted)) %}
    {% endif %}
{% endmacro %}
