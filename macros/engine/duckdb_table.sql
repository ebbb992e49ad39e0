{#
  Tables on DuckDB: what dbt-duckdb does in fifteen statements, in three. A table is
  written aside, so that a model can read its own earlier rows, and takes its place with
  its comments in the same transaction. A model that fails leaves the old table.

  It is this project's own; in a project that has it as a package, dbt-duckdb's is used.
#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set aside = make_intermediate_relation(target_relation) -%}
    {%- set old = load_cached_relation(this) -%}

    {{ run_hooks(pre_hooks) }}

    {#- a Python model is written outside any transaction: a kill right after leaves it -#}
    {%- set left = load_cached_relation(aside) -%}
    {%- if left is not none -%}
        {%- do adapter.drop_relation(left) -%}
    {%- endif -%}

    {%- call statement('main', language=model['language']) -%}
        {{ create_table_as(False, aside, compiled_code, model['language']) }}
    {%- endcall -%}

    {%- call statement('put_in_place') -%}
        {%- if old is not none %}
        drop {{ old.type }} {{ old }};
        {%- endif %}
        alter table {{ aside }} rename to {{ adapter.quote(target_relation.identifier) }};
        {{ comments_of(target_relation, aside) }}
    {%- endcall -%}

    {{ run_hooks(post_hooks) }}

    {%- do adapter.commit() -%}

    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{#
  The statements that comment a table and its columns, where the project asks for them.
  The columns of a contract are those of the table; others are looked up in `built`.

  comments_of(target_relation, aside) -> comment on table … is …; comment on column … is …;
#}
{% macro comments_of(relation, built) %}
    {% if config.persist_relation_docs() and model.description %}
    {{ alter_relation_comment(relation, model.description) }}
    {% endif %}
    {% if config.persist_column_docs() and model.columns %}
        {% set known = model.columns.keys() %}
        {% if not config.get('contract').enforced %}
            {% set known = adapter.get_columns_in_relation(built) | map(attribute='name') | list %}
        {% endif %}
        {% for column in validate_doc_columns(built, model.columns, known | list).values() %}
    comment on column {{ relation }}.{{ adapter.quote(column.name) }}
        is {{ duckdb_escape_comment(column.description) }};
        {% endfor %}
    {% endif %}
{% endmacro %}
