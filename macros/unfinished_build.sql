{#
  Keeps the view unfinished_build in the warehouse while a build runs and after one that
  failed: its one row says why the tables may be of two builds. A killed build cannot
  take it away, so publishing asks for it.

  begin_build() and end_build(results) are on-run-start and on-run-end hooks.
#}
{% macro begin_build() %}
    {% if execute and flags.WHICH in ('build', 'run', 'seed', 'retry') %}
        {{ unfinished_build_says('was stopped before its end') }}
    {% endif %}
{% endmacro %}

{# Example: end_build(results) -> drop view if exists … or, after a failure, why #}
{% macro end_build(results) %}
    {% if execute and flags.WHICH in ('build', 'run', 'seed', 'retry') %}
        {% set failed = results
            | selectattr('status', 'in', ['error', 'fail', 'runtime error']) | list %}
        {% if failed %}
            {{ unfinished_build_says('failed at ' ~ failed[0].node.name) }}
        {% else %}
            drop view if exists {{ target.schema }}.unfinished_build
        {% endif %}
    {% endif %}
{% endmacro %}

{# Example: unfinished_build_says('failed at customers') -> create or replace view … #}
{% macro unfinished_build_says(reason) -%}
    create or replace view {{ target.schema }}.unfinished_build as
    select '{{ escape_single_quotes(reason) }}' as reason
{%- endmacro %}
