{#
  Keeps the view unfinished_build in the warehouse while a build runs and after one that
  failed: its one row says why the tables may be of two builds. A killed build cannot
  take it away, so publishing asks for it.

  begin_build() and end_build(results) are on-run-start and on-run-end hooks.
#}
{% macro begin_build() %}
    {% if execute and flags.WHICH in ('build', 'run', 'seed', 'retry') %}
        {{ unfinished_build('was stopped before its end') }}
    {% endif %}
{% endmacro %}

{# Example: end_build(results) -> drop view if exists … or, after a failure, why #}
{% macro end_build(results) %}
    {% if execute and flags.WHICH in ('build', 'run', 'seed', 'retry') %}
        {% set failed = results
            | selectattr('status', 'in', ['error', 'fail', 'runtime error']) | list %}
        {{ unfinished_build('failed at ' ~ failed[0].node.name if failed else none) }}
    {% endif %}
{% endmacro %}

{#
  Say why a build is unfinished, or that it is not.

  unfinished_build('failed at customers') -> create or replace view …
  unfinished_build(none) -> drop view if exists …
#}
{% macro unfinished_build(reason) %}
    {{ return(adapter.dispatch('unfinished_build', 'segmentation')(reason)) }}
{% endmacro %}

{% macro duckdb__unfinished_build(reason) -%}
    {%- set view = target.schema ~ '.unfinished_build' -%}
    {%- if reason is none -%}
    drop view if exists {{ view }}
    {%- else -%}
    create or replace view {{ view }} as
    select '{{ escape_single_quotes(reason) }}' as reason
    {%- endif -%}
{%- endmacro %}

{# nothing is published from a catalogue: whoever reads it reads the tables themselves #}
{% macro spark__unfinished_build(reason) %}
{% endmacro %}
