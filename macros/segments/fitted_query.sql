{#
  A query that the last fit has left as text, over a relation called customers; where
  nothing was fitted yet, as while dbt compiles on a new file, one without rows.

  A version that was made current since, and not written down as queries, stops the model.

  fitted_query('assignment') -> select 3 as model_version, a.* from (with known as …) as a
#}
{% macro fitted_query(name) -%}
    {%- set queries, versions = ref('ml_segment_queries'), ref('ml_segment_model') -%}
    {%- set nothing = 'select customer_id from customers where 1 = 0' -%}
    {%- if not execute or not load_relation(queries) -%}
        {{ return(nothing) }}
    {%- endif -%}
    {#- rendered in full: dbt build --empty takes the rows of every relation away -#}
    {%- set found = run_query(
        'select query_text, queries.model_version, versions.model_version as current_version from '
        ~ queries.render() ~ ' as queries cross join ' ~ versions.render()
        ~ ' as versions where is_current and query_name = \'' ~ name ~ '\''
    ).rows | first -%}
    {%- if found and found[1] != found[2] -%}
        {{ exceptions.raise_compiler_error(
            'Version ' ~ found[2] ~ ' of the segmentation is current, and the queries are '
            ~ 'those of version ' ~ found[1] ~ '; build ml_segment_queries, or what is '
            ~ 'tagged fit, as well.'
        ) }}
    {%- endif -%}
    {{ return(found[0] if found else nothing) }}
{%- endmacro %}
