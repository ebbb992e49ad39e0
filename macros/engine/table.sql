{#
  Tables on Spark: written aside, then put in the place of the old one. A model can so
  read its own earlier rows, and a model that fails leaves the old table. dbt-spark would
  drop the old table first, unless the file format can replace tables itself.

  The var table_swap says how: rename, or copy where the catalogue cannot rename tables
  (AWS Glue, Sail).
#}
{% materialization table, adapter='spark', supported_languages=['sql', 'python'] %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set replaces_itself = config.get('file_format') in ['delta', 'iceberg'] -%}
    {%- set written_to = target_relation if replaces_itself else aside_of(target_relation) -%}

    {{ run_hooks(pre_hooks) }}

    {%- call statement('main', language=model['language']) -%}
        {{ create_table_as(False, written_to, compiled_code, model['language']) }}
    {%- endcall -%}
    {%- if not replaces_itself -%}
    {%- do put_in_place(written_to, target_relation) -%}
    {%- endif -%}

    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=True) -%}
    {%- do persist_docs(target_relation, model) -%}
    {%- do persist_constraints(target_relation, model) -%}

    {{ run_hooks(post_hooks) }}

    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# The relation that a table is written to first, of another name in every run.
   aside_of(this) -> marts.customers__new_1a2b3c4d #}
{% macro aside_of(relation) %}
    {{ return(relation.incorporate(
        path={'identifier': relation.identifier ~ '__new_' ~ invocation_id[:8]}
    )) }}
{% endmacro %}

{# Let a table that was written aside take the place of another, which need not exist.
   put_in_place(aside_of(this), this) #}
{% macro put_in_place(aside, relation) %}
    {% set old = load_relation(relation) %}
    {% if old is not none %}
        {% do adapter.drop_relation(old) %}
    {% endif %}
    {% if var('table_swap') == 'copy' %}
        {% call statement('copy') %}
            create table {{ relation }} {{ file_format_clause() }} {{ comment_clause() }}
            as select * from {{ aside }}
        {% endcall %}
        {% do adapter.drop_relation(aside) %}
    {% else %}
        {% do adapter.rename_relation(aside, relation) %}
    {% endif %}
{% endmacro %}

{#
  What a killed build has left half done: a table that was written aside when its old one
  was gone takes its place, any other is dropped. An on-run-start hook; nothing to do on
  DuckDB, which swaps tables in a transaction.
#}
{% macro finish_swaps() %}
    {{ return(adapter.dispatch('finish_swaps', 'segmentation')()) }}
{% endmacro %}

{% macro duckdb__finish_swaps() %}
{% endmacro %}

{% macro spark__finish_swaps() %}
    {% if is_run() and flags.WHICH in ('build', 'run') %}
        {% set schemas = [] %}
        {% for node in graph.nodes.values() if node.resource_type == 'model' %}
            {% if node.package_name == 'segmentation' and node.schema not in schemas %}
                {% do schemas.append(node.schema) %}
            {% endif %}
        {% endfor %}
        {% for schema in schemas if adapter.check_schema_exists(none, schema) %}
            {% set tables = run_query('show tables in ' ~ schema).columns[1].values() %}
            {% for table in tables if modules.re.search('__new_[0-9a-f]{8}$', table) %}
                {% set aside = api.Relation.create(
                    schema=schema, identifier=table, type='table'
                ) %}
                {% set name = modules.re.sub('__new_[0-9a-f]{8}$', '', table) %}
                {% if name in tables %}
                    {% do adapter.drop_relation(aside) %}
                {% else %}
                    {% do put_in_place(aside, api.Relation.create(
                        schema=schema, identifier=name, type='table'
                    )) %}
                {% endif %}
            {% endfor %}
        {% endfor %}
    {% endif %}
{% endmacro %}
