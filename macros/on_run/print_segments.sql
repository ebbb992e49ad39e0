{#
  The end of a build, for people: what was read, the segments, where they are.
  Printed only where the build got as far as the segments.

  print_segments(results) is one of the project's on-run-end hooks.
#}
{% macro print_segments(results) %}
    {% set quality_summary = ref('data_quality_summary') %}
    {% set named_segments = ref('segments') %}
    {% set segment_profiles = ref('segment_profiles') %}
    {% set segment_drift = ref('segment_drift') %}
    {% set statistics = ref('int_input_statistics') %}
    {% set shown = ['data_quality_summary', 'segment_profiles', 'segment_drift'] %}
    {% set built = [] %}
    {% for name in shown if _succeeded(results, name) %}{% do built.append(name) %}{% endfor %}
    {% if execute and flags.WHICH in ('build', 'run') and built == shown %}
        {% set quality = run_query(
            "select outcome, cast(sum(rows_found) as bigint) from "
            ~ quality_summary
            ~ " where outcome in ('read', 'accepted', 'rejected', 'left out') "
            ~ "group by outcome"
        ).rows %}
        {% set counted = {} %}
        {% for row in quality %}{% do counted.update({row[0]: row[1]}) %}{% endfor %}
        {% set segments = run_query(
            'select segment_name, customers, customer_share, spend_share, mean_income, '
            ~ 'mean_spending_score, target_response_rate, mean_purchases, '
            ~ 'mean_recency_days from ' ~ segment_profiles ~ ' order by value_rank'
        ).rows %}
        {# what the input does not have is no column #}
        {% set columns = [('Customers', 1, 'number'), ('Share', 2, 'share')] %}
        {% for column in [
            ('Of spend', 3, 'share'), ('Mean income', 4, 'number'), ('Score', 5, 'number'),
            ('Response', 6, 'share'),
        ] %}
            {% if segments | map(attribute=column[1]) | reject('none') | list %}
                {% do columns.append(column) %}
            {% endif %}
        {% endfor %}
        {% if columns | length < 5 and segments | map(attribute=7) | reject('none') | list %}
            {% do columns.append(('Purchases', 7, 'number')) %}
            {% do columns.append(('Days since', 8, 'number')) %}
        {% endif %}
        {% set names = segments | map(attribute=0) | list %}
        {% set width = [names | map('length') | max, 12] | max %}
        {{ print('') }}
        {{ print(
            'Read ' ~ '{:,}'.format(counted['read']) ~ ' rows: '
            ~ '{:,}'.format(counted['accepted']) ~ ' accepted, '
            ~ '{:,}'.format(counted['rejected']) ~ ' rejected'
            ~ (', {:,} left out'.format(counted['left out']) if 'left out' in counted else '')
            ~ '.'
        ) }}
        {{ print('') }}
        {{ print(
            'Segment'.ljust(width) ~ '  ' ~ columns | map(attribute=0) | join('  ')
        ) }}
        {% for row in segments %}
            {% set said = [row[0].ljust(width)] %}
            {% for heading, position, kind in columns %}
                {% set value = row[position] %}
                {% do said.append(
                    (_percent(value) if kind == 'share' else _whole(value))
                    .rjust(heading | length)
                ) %}
            {% endfor %}
            {{ print(said | join('  ')) }}
        {% endfor %}
        {{ print('') }}
        {% for row in run_query(
            'select segment_name, name_note from ' ~ named_segments
            ~ " where name_note is not null and status = 'current' order by value_rank"
        ).rows %}
            {{ print(row[0] ~ ': ' ~ row[1]) }}
        {% endfor %}
        {% for row in run_query(
            "select subject from " ~ segment_drift
            ~ " where verdict = 'refit' and observed_on = (select max(observed_on) from "
            ~ segment_drift ~ ") order by subject_kind, subject"
        ).rows %}
            {{ print(
                'Drift: ' ~ row[0] ~ ' has moved far from the customers of the fit; see '
                ~ "marts.segment_drift, and refit with --vars 'retrain: true'."
            ) }}
        {% endfor %}
        {% if run_query(
            'select (select observed_on from ' ~ statistics ~ ') < max(observed_on) from '
            ~ segment_drift
        ).rows[0][0] %}
            {{ print(
                'This file describes an earlier day than the last build, so history was '
                ~ 'left as it is.'
            ) }}
        {% endif %}
        {{ print(warehouse_place()) }}
    {% endif %}
{% endmacro %}

{# A number as people write it, a dash where there is none. _whole(1234.5) -> 1,234 #}
{% macro _whole(value) %}
    {{ return('-' if value is none else '{:,.0f}'.format(value)) }}
{% endmacro %}

{# A share as people write it, a dash where there is none. _percent(0.25) -> 25% #}
{% macro _percent(share) %}
    {{ return('-' if share is none else '{:.0%}'.format(share | float)) }}
{% endmacro %}

{# Whether a model of this run was built. _succeeded(results, 'segments') -> true #}
{% macro _succeeded(results, model) %}
    {{ return(
        results
        | selectattr('node.name', 'equalto', model)
        | selectattr('status', 'equalto', 'success')
        | list
        | length > 0
    ) }}
{% endmacro %}
