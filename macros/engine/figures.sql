{#
  A number as people write it, with separated thousands, as text.

  figure('75921.6')     -> 75,922
  figure('3.14159', 1)  -> 3.1
#}
{% macro figure(value, decimals=0) -%}
    {{ return(adapter.dispatch('figure', 'segmentation')(value, decimals)) }}
{%- endmacro %}

{% macro duckdb__figure(value, decimals) -%}
    {#- rounded first: the engine's own format rounds halves to even; with nothing added,
        -0.4 would read "-0" -#}
    format(
        '{:,.{{ decimals }}f}',
        round(cast({{ value }} as double), {{ decimals }}) + 0.0e0
    )
{%- endmacro %}

{% macro spark__figure(value, decimals) -%}
    {#- as DuckDB rounds: the engine's own takes 13.649999999999999 for below 13.65 -#}
    {%- set factor = '1' ~ '0' * decimals ~ '.0e0' -%}
    format_number(
        round(cast({{ value }} as double) * {{ factor }}, 0) / {{ factor }} + 0.0e0,
        {{ decimals }}
    )
{%- endmacro %}

{#
  Figures and names of a row as text, a blank between them, as a sentence has them;
  `100 * …` is a share.

  figures_text(['100 * share', {'figure': 'lift', 'decimals': 1}, {'name': 'category'}])
      -> concat_ws(' ', …), such as '51 1.3 20-29 years'
#}
{% macro figures_text(figures) -%}
    concat_ws(
        ' '
        {%- for entry in figures %},
        {% if entry is string and entry.startswith('100 * ') %}{{ percent(entry[6:]) }}
        {%- elif entry is string %}{{ figure(entry) }}
        {%- elif 'name' in entry %}{{ entry.name }}
        {%- else %}{{ figure(entry.figure, entry.decimals) }}
        {%- endif %}
        {%- endfor %}
    )
{%- endmacro %}

{#
  The numbers in a text without their thousands separators, a blank between them.

  numbers_in("'75,922 against -3.1 %'") -> 75922 -3.1
#}
{% macro numbers_in(text) -%}
    {{ return(adapter.dispatch('numbers_in', 'segmentation')(text)) }}
{%- endmacro %}

{% macro duckdb__numbers_in(text) -%}
    replace(
        array_to_string(
            regexp_extract_all(
                {{ text }}, '-?[0-9]+(?:,[0-9][0-9][0-9])*(?:[.][0-9]+)?'
            ),
            ' '
        ),
        ',',
        ''
    )
{%- endmacro %}

{% macro spark__numbers_in(text) -%}
    replace(
        array_join(
            regexp_extract_all(
                {{ text }}, '-?[0-9]+(?:,[0-9][0-9][0-9])*(?:[.][0-9]+)?', 0
            ),
            ' '
        ),
        ',',
        ''
    )
{%- endmacro %}
