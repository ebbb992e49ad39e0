{#
  Stop a build that leaves input_dialect out, as one without Python models does, where the
  input is no longer what was described: a file that was written since, or a relation with
  words that the description does not know. Of a relation the engine looks at the columns.

  Example: {{ require_kept_dialect() }}
#}
{% macro require_kept_dialect() %}
    {% set relation = ref('input_dialect') %}
    {% if not execute or flags.WHICH not in ('build', 'run', 'retry')
        or 'model.segmentation.input_dialect' in selected_resources
        or not load_relation(relation) %}
        {{ return('') }}
    {% endif %}
    {% set kept = run_query(
        'select read_stamp, to_json(read_paths) as paths, source_path from ' ~ relation
    ).rows[0] %}
    {% if kept['read_stamp'] == 'relation' %}
        {{ require_words_that_are_described() }}
    {% elif not kept['read_stamp']
        or input_stamp(fromjson(kept['paths'])) != kept['read_stamp'] %}
        {{ exceptions.raise_compiler_error(
            'The input ' ~ kept['source_path'] ~ ' may have changed since it was described, '
            ~ 'and this build leaves that out (input_dialect). Run segments build, or dbt '
            ~ 'build without --exclude tag:fit.'
        ) }}
    {% endif %}
{% endmacro %}

{# Stop where lines have a category, status or currency that was not there. No arguments. #}
{% macro require_words_that_are_described() %}
    {% for role in ('spend', 'channel') %}
        {% set told = input_fields(role) %}
        {% if input_dialect().kind == 'orders' and told %}
            {# where rare ones are gathered, a new one is gathered as well #}
            {% if told | selectattr('source_value') | list | length == told | length %}
                {{ require_known_words(told, []) }}
            {% endif %}
        {% endif %}
    {% endfor %}
    {% set meanings = [] %}
    {% set lines = input_fields('line') %}
    {% for field in lines if field.name.startswith('status_') %}
        {% do meanings.append(field) %}
    {% endfor %}
    {# on lines after an order's first a status may be left out #}
    {{ require_known_words(meanings, ['not known'] if has_order_amount() else []) }}
    {% set rates = lines | selectattr('name', 'equalto', 'currency_rate') | list %}
    {{ require_known_words(rates, ['not known']) }}
    {% for field in lines | selectattr('name', 'equalto', 'currency') %}
        {% if not rates and not lines | selectattr('name', 'equalto', 'currency_only') | list %}
            {{ require_one_currency(field) }}
        {% endif %}
    {% endfor %}
{% endmacro %}

{#
  Stop where a column of lines has another word than those of its fields, and `others`.

  Example: {{ require_known_words(input_fields('spend'), ['not known']) }}
#}
{% macro require_known_words(fields, others) %}
    {% set known = [] %}
    {% for word in fields | map(attribute='source_value') | list + others %}
        {% do known.append("'" ~ escape_single_quotes(word) ~ "'") %}
    {% endfor %}
    {% for field in fields[:1] %}
        {% set found = run_query(
            'select ' ~ line_word(field) ~ ' as word, count(*) as lines from '
            ~ input_dialect().relation_sql ~ ' where ' ~ line_word(field)
            ~ ' not in (' ~ known | join(', ') ~ ') group by 1 order by 2 desc, 1 limit 1'
        ).rows | first %}
        {% if found %}
            {{ exceptions.raise_compiler_error(
                "The column '" ~ field.source_column ~ "' has '" ~ found[0] ~ "' in "
                ~ found[1] ~ ' lines, which it did not have when the input was described, '
                ~ 'and this build leaves that out (input_dialect). Run segments build, or '
                ~ 'dbt build without --exclude tag:fit.'
            ) }}
        {% endif %}
    {% endfor %}
{% endmacro %}

{# Stop where amounts are of several currencies. require_one_currency(field) #}
{% macro require_one_currency(field) %}
    {% set found = run_query(
        'select min(word), max(word) from (select ' ~ line_word(field) ~ ' as word from '
        ~ input_dialect().relation_sql ~ ") as lines where word != 'not known'"
    ).rows[0] %}
    {% if found[0] != found[1] %}
        {{ exceptions.raise_compiler_error(
            "The column '" ~ field.source_column ~ "' has " ~ found[0] ~ ' and ' ~ found[1]
            ~ ', which cannot be added up; give currency: rates: in dbt_project.yml, or only: '
            ~ 'the one that counts.'
        ) }}
    {% endif %}
{% endmacro %}
