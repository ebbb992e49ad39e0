{#
  The numbers in a sentence are those of the row it stands in, in their order. `figures`
  are expressions over the row, rounded as the sentence rounds them: round(…, 1) stands
  there with one decimal, all else with none; nulls are not expected in the sentence.
  `names` are columns whose text may hold digits of its own.
#}
{% test sentence_figures(model, column_name, figures, names=[]) %}

{%- set text = namespace(sql=column_name) -%}
{%- for name in names -%}
    {%- set text.sql = "replace(" ~ text.sql ~ ", coalesce(" ~ name ~ ", ''), '')" -%}
{%- endfor %}

with

compared as (

    select
        {{ column_name }} as sentence,
        {{ numbers_in(text.sql) }} as said,
        concat_ws(
            ' ',
            {% for figure in figures %}
            {% set decimals = 1 if ', 1)' in figure else 0 %}
            cast(
                cast({{ figure }} as decimal(18, {{ decimals }})) as {{ dbt.type_string() }}
            ){% if not loop.last %},{% endif %}
            {% endfor %}
        ) as known

    from {{ model }}

    where {{ column_name }} is not null

)

select *

from compared

where said is distinct from known

{% endtest %}
