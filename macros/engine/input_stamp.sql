{#
  Name, size and time of change of files as they are now, as segmentation.reading.stamps
  writes them down; none where the engine cannot tell.

  input_stamp(['data/customers.csv']) -> customers.csv 217982 1795936436
#}
{% macro input_stamp(paths) %}
    {{ return(adapter.dispatch('input_stamp', 'segmentation')(paths)) }}
{% endmacro %}

{% macro duckdb__input_stamp(paths) %}
    {% set words = [] %}
    {% for path in paths %}{% do words.append("'" ~ escape_single_quotes(path) ~ "'") %}{% endfor %}
    {{ return(run_query(
        "select string_agg(line, chr(10) order by line) from (select distinct "
        ~ "parse_filename(filename) || ' ' || size || ' ' "
        ~ "|| cast(floor(epoch(last_modified)) as bigint) as line "
        ~ "from read_blob([" ~ words | join(', ') ~ "]))"
    ).rows[0][0]) }}
{% endmacro %}

{% macro spark__input_stamp(paths) %}
    {{ return(none) }}
{% endmacro %}
