{#
  An amount for a sentence, whole where it is large.

  money_text('1421.3') -> '1421';  money_text('2.5') -> '2.50'
#}
{% macro money_text(amount) -%}
    case
        when abs({{ amount }}) >= 100
            then cast(cast(round({{ amount }}) as bigint) as {{ dbt.type_string() }})
        else cast(cast({{ amount }} as decimal(18, 2)) as {{ dbt.type_string() }})
    end
{%- endmacro %}
