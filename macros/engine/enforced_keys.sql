{#
  Columns and constraints of a mart, as dbt renders them, but for one thing: above var
  enforced_key_customers, a table of customers has no primary key in the database.

  DuckDB keeps an index of every key in memory, which cannot be spilled: ten million keys
  take 0.9 GB of memory, 0.45 GB of the file and 16 s of CPU, against 3 s without.
  The claim stays: a data test on each of these tables says that the key is unique.

  dbt calls it by this name; no model does.
#}
{% macro table_columns_and_constraints() -%}
    {%- set columns = adapter.render_raw_columns_constraints(raw_columns=model['columns']) -%}
    {%- set keys = adapter.render_raw_model_constraints(raw_constraints=model['constraints']) -%}
    {%- if not are_keys_known() or 'customer_id' in model['columns'] and not are_keys_enforced() -%}
        {%- set keys = [] -%}
    {%- endif -%}
    ({{ (columns + keys) | join(', ') }})
{%- endmacro %}

{# Whether the database takes keys, which DuckLake does not. are_keys_known() -> true #}
{% macro are_keys_known() %}
    {{ return(adapter.dispatch('are_keys_known', 'segmentation')()) }}
{% endmacro %}

{% macro default__are_keys_known() %}
    {{ return(true) }}
{% endmacro %}

{% macro duckdb__are_keys_known() %}
    {{ return(not adapter.is_ducklake(this)) }}
{% endmacro %}

{# Whether the customers are few enough for keys in the database. are_keys_enforced() -> true #}
{% macro are_keys_enforced() %}
    {{ return(adapter.dispatch('are_keys_enforced', 'segmentation')()) }}
{% endmacro %}

{# elsewhere a key costs nothing: it is not enforced, only said #}
{% macro default__are_keys_enforced() %}
    {{ return(true) }}
{% endmacro %}

{% macro duckdb__are_keys_enforced() %}
    {#- the catalogue knows how many rows a table has; every mart of customers is built
        after the assignment -#}
    {% set assigned = graph.nodes['model.segmentation.ml_customer_segments'] %}
    {% set rows = run_query(
        "select estimated_size from duckdb_tables() where schema_name = '"
        ~ assigned.schema ~ "' and table_name = '" ~ assigned.name ~ "'"
    ).rows %}
    {{ return(not rows or rows[0][0] <= var('enforced_key_customers')) }}
{% endmacro %}
