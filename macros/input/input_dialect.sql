{#
  The dialect of the current input, read when a model is compiled for running, as
  {'input_name': …, 'kind': 'wide', 'relation_sql': …, 'fields': […], 'contacts': […], …}.
  How to reach a customer is no field: nothing is learned from it, and no mart has it.
  While dbt only parses (or the warehouse is still empty) it is empty.

  It is read once a run and remembered beside the graph, which all nodes share: all that
  asks for it depends on the model that writes it.

  An input that cannot be read stops the model here, with the sentence that
  says why and without a traceback.

  Example: {% set dialect = input_dialect() %} select … from {{ dialect.relation_sql }}
#}
{% macro input_dialect() %}
    {% set relation = ref('input_dialect') %}
    {% set records = input_records() %}
    {% set empty = {'input_name': '', 'kind': 'wide', 'relation_sql': '', 'fields': [],
        'contacts': []} %}
    {% if not execute %}
        {{ return(empty) }}
    {% elif 'segments_input_dialect' in graph %}
        {{ return(graph['segments_input_dialect']) }}
    {% elif not load_relation(relation) %}
        {{ return(empty) }}
    {% endif %}
    {% set row = run_query(
        'select *, to_json(fields) as fields_json, to_json(contacts) as contacts_json from '
        ~ relation
    ).rows[0] %}
    {# by name, not by ref: the dialect is built after it, and so is all that reads it #}
    {% set copied = graph.nodes['model.segmentation.stg_input__relation'] %}
    {% set input_relation = api.Relation.create(
        database=copied.database, schema=copied.schema, identifier=copied.alias
    ) %}
    {% if row['problem'] %}
        {{ exceptions.raise_compiler_error(row['problem']) }}
    {% endif %}
    {% do graph.update({'segments_input_dialect': engine_dialect(records, {
        'input_name': row['input_name'],
        'kind': row['kind'],
        'is_amount_per_unit': row['is_amount_per_unit'],
        'is_other_sign_apart': row['is_other_sign_apart'],
        'relation_sql': without_rows((row['relation_sql'] or '') | replace(
            'segments_input_relation', input_relation.render()
        )),
        'fields': fromjson(row['fields_json']),
        'contacts': fromjson(row['contacts_json']),
    })}) %}
    {{ return(graph['segments_input_dialect']) }}
{% endmacro %}

{#
  The input's fields of one role that the file really has, in their defined order.

  Example: {% for field in input_fields('spend') %} {{ field.name }} {% endfor %}
  Roles: attribute, measure, group, date, list (one of its words), spend, channel,
  campaign, target, contact_cost, revenue; line for what order lines tell; spend_part
  and channel_part for what is gathered as "other".
#}
{% macro input_fields(role) %}
    {{ return(
        input_dialect().fields
        | selectattr('role', 'equalto', role)
        | selectattr('source_column')
        | list
    ) }}
{% endmacro %}

{#
  The fields that the input declares by own names, as columns of the customers; also of
  a column that this file lacks.

  Example: {% for field in declared_fields() %} {{ staging_column(field) }}, {% endfor %}
#}
{% macro declared_fields() %}
    {{ return(
        input_dialect().fields
        | selectattr('role', 'in', ['measure', 'group', 'date', 'list'])
        | list
    ) }}
{% endmacro %}
