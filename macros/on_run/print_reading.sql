{#
  What a user should know of how the file was read, at the end of a build: what was
  decided, what its columns lost, and which lines were left out.

  print_reading(results) is one of the project's on-run-end hooks:
  Note: shop.csv: it is not UTF-8, so it was read as Windows-1252: …
  Lost: 20 of 500 values in column 'Income' cannot be read as numbers, …
  Left out: 3 records (duplicate key), the first on line 17 of shop.csv.
#}
{% macro print_reading(results) %}
    {% set dialect = ref('input_dialect') %}
    {% set lost_values = ref('stg_input__lost_values') %}
    {% set rejects = ref('stg_input__rejects') %}
    {% set building = execute and flags.WHICH in ('build', 'run') %}
    {% if building and _succeeded(results, 'input_dialect') %}
        {% set notes = run_query('select notes from ' ~ dialect).rows[0][0] %}
        {% for note in (notes or '').split('\n') if note %}
            {{ print('Note: ' ~ note) }}
        {% endfor %}
    {% endif %}
    {% if building and _succeeded(results, 'stg_input__lost_values') %}
        {% for row in run_query(
            'select * from ' ~ lost_values ~ ' order by field_name'
        ).rows %}
            {% set most = var('unread_share_that_is_said') * (row['filled_values'] | float) %}
            {% if (row['unread_values'] or 0) > most %}
                {{ print('Lost: ' ~ unread_values(row) ~ '; they count as missing.') }}
            {% endif %}
            {% if (row['below_zero_values'] or 0) > most %}
                {{ print('Lost: ' ~ values_below_zero(row) ~ '; they count as missing.') }}
            {% endif %}
            {% if (row['rounded_values'] or 0) > most %}
                {{ print(
                    'Rounded: ' ~ '{:,} of {:,}'.format(
                        row['rounded_values'], row['filled_values']
                    ) ~ " values in column '" ~ row['source_column']
                    ~ "' have decimals (for example '" ~ (row['rounded_example'] | string)[:40]
                    ~ "'); " ~ row['field_name'] ~ ' is their nearest whole number.'
                ) }}
            {% endif %}
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
                ~ '; ' ~ rejects.schema ~ '.stg_input__rejects has them.'
            ) }}
        {% endfor %}
    {% endif %}
{% endmacro %}
