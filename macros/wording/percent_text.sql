{#
  A share as words of a sentence, to the whole per cent, with a digit below ten.

  percent_text('0.934') -> '93 %'
  percent_text('0.034') -> '3.4 %'
#}
{% macro percent_text(share) -%}
    concat(
        case
            when {{ share }} < 0.0995 and {{ share }} > 0
                then cast(cast(100 * {{ share }} as decimal(5, 1)) as {{ dbt.type_string() }})
            else cast(cast(round(100 * {{ share }}) as integer) as {{ dbt.type_string() }})
        end,
        ' %'
    )
{%- endmacro %}
