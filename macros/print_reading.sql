{#
  What a user should know of how the file was read, at the end of a build: what was
  decided, and which lines were left out.

  print_reading(results) is one of the project's on-run-end hooks:
  Note: shop.csv: it is not UTF-8, so it was read as Windows-1252: …
  Left out: 3 records (duplicate key), the first on line 17 of shop.csv.
#}
{% macro print_reading(results) %}
    {% set dialect = ref('input_dialect') %}
    {% set rejects = ref('stg_input__rejects') %}
    {% set building = execute and flags.WHICH in ('build', 'run') %}
    {% if building and _succeeded(results, 'input_dialect') %}
        {% set notes = run_query('select notes from ' ~ dialect).rows[0][0] %}
        {% for note in (notes or '').split('\n') if note %}
            {{ print('Note: ' ~ note) }}
        {% endfor %}
    {% endif %}
    {% if building and _succeeded(results, 'stg_input__rejects') %}
        {% for row in run_query(
            'select reject_reason, count(*), min(record_number) from ' ~ rejects
            ~ ' group by reject_reason order by min(record_number), reject_reason'
        ).rows %}
            {% set first = run_query(
                'select line_number, source_file from ' ~ rejects
                ~ ' where record_number = ' ~ row[2]
            ).rows[0] %}
            {{ print(
                'Left out: ' ~ '{:,}'.format(row[1]) ~ ' record' ~ ('s' if row[1] != 1)
                ~ ' (' ~ row[0] ~ '), the first on line ' ~ first[0] ~ ' of ' ~ first[1]
                ~ '; staging.stg_input__rejects has them.'
            ) }}
        {% endfor %}
    {% endif %}
{% endmacro %}
