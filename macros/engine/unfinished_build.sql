{#
  Keeps the view unfinished_build beside the fitted versions while a build runs and after
  one that failed: its one row says why the tables may be of two builds. A killed build
  cannot take it away, so publishing asks for it.

  begin_build() and end_build(results) are on-run-start and on-run-end hooks. Both leave
  alone what runs nothing of this project, as a host's own builds do.
#}
{% macro begin_build() %}
    {% if is_built() %}
        {{ require_own_tests() }}
        {{ unfinished_build('was stopped before its end') }}
    {% endif %}
{% endmacro %}

{# Example: end_build(results) -> drop view if exists … or, after a failure, why #}
{% macro end_build(results) %}
    {% if is_built() %}
        {% set failed = results
            | selectattr('status', 'in', ['error', 'fail', 'runtime error']) | list %}
        {{ unfinished_build('failed at ' ~ failed[0].node.name if failed else none) }}
    {% endif %}
{% endmacro %}

{# Whether this command writes something of this project. is_built() -> true #}
{% macro is_built() %}
    {% set written = [] %}
    {% for node in selected_resources if node.split('.')[1] == 'segmentation' %}
        {% if node.split('.')[0] in ('model', 'seed') %}{% do written.append(node) %}{% endif %}
    {% endfor %}
    {{ return(
        execute and flags.WHICH in ('build', 'run', 'seed', 'retry') and written | length > 0
    ) }}
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
    {%- set versions = graph.nodes['model.segmentation.ml_segment_model'] -%}
    {%- set schema = adapter.quote(versions.database) ~ '.' ~ adapter.quote(versions.schema) -%}
    {%- set view = schema ~ '.unfinished_build' -%}
    {%- if reason is none -%}
    drop view if exists {{ view }}
    {%- else -%}
    {#- dbt makes the schemas of what is selected, and this may be another one -#}
    create schema if not exists {{ schema }};
    create or replace view {{ view }} as
    select '{{ escape_single_quotes(reason) }}' as reason
    {%- endif -%}
{%- endmacro %}

{# nothing is published from a catalogue: whoever reads it reads the tables themselves #}
{% macro spark__unfinished_build(reason) %}
{% endmacro %}

{#
  Stop where dbt would hold the tests of a mart against a model of the host that has the
  same name: it looks for a test's model in the host first. Models need no such care, as
  the macro ref of this project names the project.

  require_own_tests() is part of begin_build().
#}
{% macro require_own_tests() %}
    {% for node in graph.nodes.values() if node.resource_type == 'test' %}
        {% if node.package_name == 'segmentation' and project_name != 'segmentation' %}
            {% for read in node.depends_on.nodes if read.startswith('model.' ~ project_name ~ '.') %}
                {{ exceptions.raise_compiler_error(
                    'The test ' ~ node.name ~ ' would be held against ' ~ read ~ ', which has '
                    ~ 'the name of a model of the package segmentation; add "flags: '
                    ~ 'require_ref_searches_node_package_before_root: true" to dbt_project.yml.'
                ) }}
            {% endfor %}
        {% endif %}
    {% endfor %}
{% endmacro %}
