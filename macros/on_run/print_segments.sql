{#
  The end of a build, for people: what was read, the segments, where they are.
  Printed only where the build got as far as the segments.

  print_segments(results) is one of the project's on-run-end hooks.
#}
{% macro print_segments(results) %}
    {% set quality_summary = ref('data_quality_summary') %}
    {% set customers = ref('customers') %}
    {% set named_segments = ref('segments') %}
    {% set segment_profiles = ref('segment_profiles') %}
    {% set segment_drift = ref('segment_drift') %}
    {% set versions = ref('segment_model_versions') %}
    {% set statistics = ref('int_input_statistics') %}
    {# what is asked for below; an input that cannot be read has been told of already #}
    {% set dialect = ref('input_dialect') %}
    {% set records = input_records() %}
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
            'select segment_name, ' ~ figure('customers') ~ ', '
            ~ percent('customer_share') ~ ', ' ~ percent('spend_share') ~ ', '
            ~ figure('mean_income') ~ ', ' ~ figure('mean_spending_score') ~ ', '
            ~ percent('target_response_rate') ~ ', ' ~ figure('mean_purchases') ~ ', '
            ~ figure('mean_recency_days') ~ ' from ' ~ segment_profiles
            ~ ' order by value_rank'
        ).rows %}
        {# what the input does not have is no column #}
        {% set units = units_word(unit_word()) %}
        {% set columns = [(units[:1] | upper ~ units[1:], 1), ('Share', 2)] %}
        {# an outcome of its own, such as churn, is no response to a campaign #}
        {% set outcomes = [] if input_fields('campaign') else input_fields('target') %}
        {% set outcome = outcomes | map(attribute='name') | join | replace('_', ' ') %}
        {% set answered = outcome | capitalize | truncate(20, end='') or 'Response' %}
        {% for column in [
            ('Of spend', 3), ('Mean income', 4), ('Score', 5), (answered, 6),
        ] %}
            {% if segments | map(attribute=column[1]) | reject('none') | list %}
                {% do columns.append(column) %}
            {% endif %}
        {% endfor %}
        {% if columns | length < 5 and segments | map(attribute=7) | reject('none') | list %}
            {% do columns.append(('Purchases', 7)) %}
            {% do columns.append(('Days since', 8)) %}
        {% endif %}
        {% set names = segments | map(attribute=0) | list %}
        {% set width = (names | map('length') | list + [12]) | max %}
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
            {% for heading, position in columns %}
                {% do said.append((row[position] or '-').rjust(heading | length)) %}
            {% endfor %}
            {{ print(said | join('  ')) }}
        {% endfor %}
        {{ print('') }}
        {% for row in run_query(
            "select no_contact_reason, count(*) from " ~ customers
            ~ ' where no_contact_reason is not null group by no_contact_reason '
            ~ 'order by no_contact_reason'
        ).rows %}
            {{ print(
                'In no list of persons: {:,} {}, who {}.'.format(row[1], units, {
                    'has left': 'left', 'has opted out': 'opted out',
                    'has not agreed': 'did not agree to be written to',
                    'is suppressed': 'are on the suppression list',
                }[row[0]])
            ) }}
        {% endfor %}
        {% for row in run_query(
            'select verdict from ' ~ versions
            ~ " where is_current and verdict like '% rest on % alone.'"
        ).rows %}
            {{ print('Segments rest on ' ~ row[0].rsplit(' rest on ', 1)[1]) }}
        {% endfor %}
        {% for row in run_query(
            "select concat_ws(' ', name_note, spend_note), segment_name from "
            ~ named_segments ~ " where coalesce(name_note, spend_note) is not null "
            ~ "and status = 'current' order by value_rank"
        ).rows %}
            {{ print(row[1] ~ ': ' ~ row[0]) }}
        {% endfor %}
        {% for row in run_query(
            "select subject from " ~ segment_drift
            ~ " where verdict = 'refit' and observed_on = (select max(observed_on) from "
            ~ segment_drift ~ ") order by subject_kind, subject"
        ).rows %}
            {{ print(
                'Drift: ' ~ row[0] ~ ' has moved far from the customers of the fit; see '
                ~ segment_drift.schema ~ ".segment_drift, and refit with --vars 'retrain: true'."
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

{# Whether a model of this run was built. _succeeded(results, 'segments') -> true #}
{% macro _succeeded(results, model) %}
    {{ return(
        results
        | selectattr('node.unique_id', 'equalto', 'model.segmentation.' ~ model)
        | selectattr('status', 'equalto', 'success')
        | list
        | length > 0
    ) }}
{% endmacro %}
