{#
  One line at the end of a build for every mart, and every feature of the segmentation,
  that the input switches off:
  Off: customer_value, because the input has no purchases.
  Off: feature income, because the input has no values of it.

  print_switched_off(results) is one of the project's on-run-end hooks. To switch off
  a mart, add what it needs to int_switched_off.
#}
{% macro print_switched_off(results) %}
    {% set switched_off = ref('int_switched_off') %}
    {% set judged = ref('int_features_judged') %}
    {% set statistics = ref('int_input_statistics') %}
    {% if execute and flags.WHICH in ('build', 'run') and _succeeded(results, 'int_switched_off') %}
        {% for row in run_query(
            'select feature, left_out_because from ' ~ judged
            ~ ' where is_wanted and left_out_because is not null order by feature'
        ).rows %}
            {{ print('Off: feature ' ~ row[0] ~ ', because ' ~ row[1] ~ '.') }}
        {% endfor %}
        {% set lacking = {} %}
        {% for row in run_query(
            'select mart, lacking from ' ~ switched_off ~ ' order by mart, lacking'
        ).rows %}
            {% do lacking.setdefault(row[0], []).append(row[1]) %}
        {% endfor %}
        {% set observed = run_query('select observed_on from ' ~ statistics).rows[0][0] %}
        {% if observed | string == '1970-01-01' %}
            {{ print(
                'Off: history by day, because the input has no dates; say which day its data '
                ~ "describe, SEGMENTS_AS_OF_DATE=YYYY-MM-DD. Until then it is 1970-01-01."
            ) }}
        {% endif %}
        {% for mart, needs in lacking.items() if 'model.segmentation.' ~ mart in graph.nodes %}
            {% set listed = needs[:-1] | join(', ') ~ (' or ' if needs[1:] else '') ~ needs[-1] %}
            {{ print('Off: ' ~ mart ~ ', because the input has no ' ~ listed ~ '.') }}
        {% endfor %}
    {% endif %}
{% endmacro %}
