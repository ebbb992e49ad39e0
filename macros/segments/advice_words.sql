{#
  Sentences of why a segment is given an advice; where a figure is not known, null.

  share_against_all('channel', 'channel_share', 'population_share', 'purchases')
      -> 'web has 40 % of their purchases, 25 % among all customers.'
#}
{% macro share_against_all(name, share, share_of_all, whole) -%}
    replace({{ name }}, '_', ' ') || ' has ' || {{ percent(share) }}
    || ' of their {{ whole }}, ' || {{ percent(share_of_all) }} || ' among all customers.'
{%- endmacro %}

{#
  That other segments are told the same: segments_alike_note('segments_alike')
      -> ' Another segment gets the same advice: …'; nothing of an advice of its own
#}
{% macro segments_alike_note(others) -%}
    {%- set why = 'the playbook has no row that tells them apart.' -%}
    case
        when {{ others }} = 1 then ' Another segment gets the same advice: {{ why }}'
        when {{ others }} > 1
            then
                ' ' || {{ figure(others) }}
                || ' other segments get the same advice: {{ why }}'
        else ''
    end
{%- endmacro %}
