{#
  Keeps the table build_state beside the fitted versions: a row for each node of the
  project that was ever run, and why its relation, or the test of one, is not to be
  trusted, null where it is. A run writes down what it is going to do before it does it,
  so that a killed one shows; what succeeds clears its own row and no other. Publishing
  asks for it.

  begin_build() and end_build(results) are on-run-start and on-run-end hooks. Both leave
  alone what runs nothing of this project, as a host's own builds do.
#}
{% macro begin_build() %}
    {% if is_run() %}
        {{ require_own_tests() }}
        {{ build_state(reasons_at_start(), is_start=true) }}
    {% endif %}
{% endmacro %}

{# Example: end_build(results) -> insert or replace into ml.build_state values … #}
{% macro end_build(results) %}
    {% if is_run() %}
        {{ build_state(reasons_at_end(results)) }}
    {% endif %}
{% endmacro %}

{# Whether this command writes or tests something of this project. is_run() -> true #}
{% macro is_run() %}
    {% set own = [] %}
    {% for node in selected_resources if node.split('.')[1] == 'segmentation' %}
        {% if node.split('.')[0] in ('model', 'seed', 'test') %}{% do own.append(node) %}{% endif %}
    {% endfor %}
    {{ return(
        execute and flags.WHICH in ('build', 'run', 'seed', 'retry', 'test')
        and own | length > 0
    ) }}
{% endmacro %}

{#
  What is true while a run lasts, node by node: it was stopped, and what it does not test
  of what it changes is not tested. (Tests of a model that is switched off are not enabled.)

  reasons_at_start() -> {'model.segmentation.customers': 'was stopped before its end'}
#}
{% macro reasons_at_start() %}
    {% set reasons = {} %}
    {% set selected = selected_resources %}
    {% for node in graph.nodes.values()
        if node.package_name == 'segmentation'
        and node.resource_type in ('model', 'seed', 'test')
        and node.config.enabled
        and node.config.materialized != 'ephemeral' %}
        {% set is_selected = node.unique_id in selected %}
        {% if node.resource_type == 'test' and flags.WHICH != 'test' %}
            {% if is_selected or node.depends_on.nodes | select('in', selected) | list %}
                {% do reasons.update(
                    {node.unique_id: 'was not tested since its tables changed'}
                ) %}
            {% endif %}
        {% elif is_selected %}
            {% do reasons.update({node.unique_id: 'was stopped before its end'}) %}
        {% endif %}
    {% endfor %}
    {{ return(reasons) }}
{% endmacro %}

{# Example: reasons_at_end(results) -> {'model.segmentation.customers': none} #}
{% macro reasons_at_end(results) %}
    {% set reasons = {} %}
    {% set told = {'skipped': 'was skipped', 'error': 'failed', 'fail': 'failed',
                   'runtime error': 'failed'} %}
    {% for result in results
        if result.node.package_name == 'segmentation'
        and result.node.resource_type in ('model', 'seed', 'test') %}
        {% do reasons.update({result.node.unique_id: told.get(result.status | string)}) %}
    {% endfor %}
    {{ return(reasons) }}
{% endmacro %}

{#
  Write down why nodes are not to be trusted.

  build_state({'model.segmentation.customers': none}) -> insert or replace into …
#}
{% macro build_state(reasons, is_start=false) %}
    {{ return(adapter.dispatch('build_state', 'segmentation')(reasons, is_start)) }}
{% endmacro %}

{% macro duckdb__build_state(reasons, is_start) -%}
    {%- set versions = graph.nodes['model.segmentation.ml_segment_model'] -%}
    {%- set schema = adapter.quote(versions.database) ~ '.' ~ adapter.quote(versions.schema) -%}
    {%- set state = schema ~ '.build_state' -%}
    {#- DuckLake has no keys -#}
    {%- set has_keys = not adapter.is_ducklake(
        api.Relation.create(database=versions.database, schema=versions.schema)
    ) -%}
    {%- if is_start %}
    {%- if project_name == 'segmentation' %}
    {# what release 0.1 kept instead #}
    drop view if exists {{ target.schema }}.unfinished_build;
    {%- endif %}
    {# dbt makes the schemas of what is selected, and this may be another one #}
    create schema if not exists {{ schema }};
    create table if not exists {{ state }} (
        node varchar {{ 'primary key' if has_keys }}, reason varchar
    );
    {# what this release does not have any more, nothing can clear #}
    delete from {{ state }} where split_part(node, '.', 2) = 'segmentation' and node not in (
    {%- for node in graph.nodes if node.split('.')[1] == 'segmentation' %}
        '{{ node }}'{{ ',' if not loop.last }}
    {%- endfor -%}
    );
    {%- endif -%}
    {%- if reasons %}
    {%- if not has_keys %}
    delete from {{ state }} where node in ('{{ reasons.keys() | join("', '") }}');
    {%- endif %}
    insert {{ 'or replace' if has_keys }} into {{ state }} values
    {%- for node, reason in reasons.items() %}
        ('{{ node }}', {{ "'" ~ reason ~ "'" if reason else 'null' }})
        {{- ',' if not loop.last }}
    {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{# nothing is published from a catalogue: whoever reads it reads the tables themselves #}
{% macro spark__build_state(reasons, is_start) %}
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
            {% for read in node.depends_on.nodes
                if read.startswith('model.' ~ project_name ~ '.') %}
                {{ exceptions.raise_compiler_error(
                    'The test ' ~ node.name ~ ' would be held against ' ~ read ~ ', which has '
                    ~ 'the name of a model of the package segmentation; add "flags: '
                    ~ 'require_ref_searches_node_package_before_root: true" to dbt_project.yml.'
                ) }}
            {% endfor %}
        {% endif %}
    {% endfor %}
{% endmacro %}
