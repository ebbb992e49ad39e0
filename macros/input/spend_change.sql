{#
  How much a customer spends in the last days against the time before, per day: from -1
  (nothing any more) over 0 (as before) to 1 (nothing before). Null for who came within
  those days, as there is nothing to compare with.

  spend_change(90) -> (recent - before) / (recent + before)
#}
{% macro spend_change(days) -%}
    {%- set recent = 'greatest(0, cast(spend_' ~ days ~ '_days as double)) / ' ~ days -%}
    {%- set tenure = days_between('enrolled_on', 'observed_on') -%}
    {%- set before = 'greatest(0, cast(total_spend - spend_' ~ days ~ '_days as double)) / nullif('
        ~ tenure ~ ' - ' ~ days ~ ', 0)' -%}
    case
        when {{ tenure }} > {{ days }}
            then
                ({{ recent }} - {{ before }})
                / nullif({{ recent }} + {{ before }}, 0)
    end
{%- endmacro %}
