{#
  The end of a build, for people: what was read, the segments, where they are.
  Printed only where the build got as far as the segments.

  print_segments(results) is the project's on-run-end hook.
#}
{% macro print_segments(results) %}
    {% set quality_summary = ref('data_quality_summary') %}
    {% set segment_profiles = ref('segment_profiles') %}
    {% set segment_drift = ref('segment_drift') %}
    {% set statistics = ref('int_input_statistics') %}
    {% if execute and flags.WHICH in ('build', 'run') and _succeeded(results, 'segment_profiles') and _succeeded(results, 'segment_drift') %}
        {% set quality = run_query(
            "select outcome, cast(sum(rows_found) as bigint) from "
            ~ quality_summary
            ~ " where outcome in ('read', 'accepted', 'rejected') group by outcome"
        ).rows %}
        {% set counted = {} %}
        {% for row in quality %}{% do counted.update({row[0]: row[1]}) %}{% endfor %}
        {% set segments = run_query(
            'select segment_name, customers, customer_share, spend_share, mean_income, '
            ~ 'target_response_rate from ' ~ segment_profiles ~ ' order by value_rank'
        ).rows %}
        {% set names = segments | map(attribute=0) | list %}
        {% set width = [names | map('length') | max, 12] | max %}
        {{ print('') }}
        {{ print(
            'Read ' ~ '{:,}'.format(counted['read']) ~ ' rows: '
            ~ '{:,}'.format(counted['accepted']) ~ ' accepted, '
            ~ '{:,}'.format(counted['rejected']) ~ ' rejected.'
        ) }}
        {{ print('') }}
        {{ print(
            'Segment'.ljust(width) ~ '  Customers  Share  Of spend  Mean income  Response'
        ) }}
        {% for row in segments %}
            {{ print(
                row[0].ljust(width) ~ '  '
                ~ '{:,}'.format(row[1]).rjust(9) ~ '  '
                ~ _percent(row[2]).rjust(5) ~ '  '
                ~ _percent(row[3]).rjust(8) ~ '  '
                ~ ('-' if row[4] is none else '{:,.0f}'.format(row[4])).rjust(11) ~ '  '
                ~ _percent(row[5]).rjust(8)
            ) }}
        {% endfor %}
        {{ print('') }}
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
