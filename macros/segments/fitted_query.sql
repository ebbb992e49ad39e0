{#
  A query that the last fit has left as text, over a relation called customers; where
  nothing was fitted yet, as while dbt compiles on a new file, one without rows of the
  columns that it would have.

  A version that was made current since, and not written down as queries, stops the model.

  fitted_query('assignment', {'customer_id': 'string', …})
      -> select 3 as model_version, a.* from (with known as …) as a
#}
{% macro fitted_query(name, columns) -%}
    {%- set queries, versions = ref('ml_segment_queries'), ref('ml_segment_model') -%}
    {%- set nothing = rows_of('nothing', false, columns) -%}
    {%- if not execute or not load_relation(queries) -%}
        {{ return('select * from ' ~ nothing ~ ' as nothing') }}
    {%- endif -%}
    {%- set found = run_query(
        'select query_text, queries.model_version, versions.model_version as current_version from '
        ~ versions ~ ' as versions left join ' ~ queries
        ~ " as queries on query_name = '" ~ name ~ "' where is_current"
    ).rows | first -%}
    {%- if found and found[1] != found[2] and not is_empty_build() -%}
        {{ exceptions.raise_compiler_error(
            'Version ' ~ found[2] ~ ' of the segmentation is current, and the queries are '
            ~ 'those of ' ~ ('version ' ~ found[1] if found[1] else 'none')
            ~ '; build ml_segment_queries, or what is tagged fit, as well.'
        ) }}
    {%- endif -%}
    {{ return(
        engine_words(found[0]) if found and found[0]
        else 'select * from ' ~ nothing ~ ' as nothing'
    ) }}
{%- endmacro %}
