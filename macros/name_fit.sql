{#
  How far a difference from the average customer (in standard deviations) agrees with
  what a name says, -1 to 1. The figures are those of segmentation/segments/naming.py, which
  decides names at the fit; tests hold the two together.

  name_agreement('z_score', 'direction')

  | z_score | direction | agreement |
  | 0.9     | 1         | 1         |
  | -0.3    | -1        | 0.5       |
  | 0.3     | 0         | 0         |
#}
{% macro name_agreement(z_score, direction) -%}
    case
        when {{ direction }} = 0 then 1 - 2 * least(abs({{ z_score }}) / 0.6e0, 1)
        else greatest(least({{ direction }} * {{ z_score }} / 0.6e0, 1), -1)
    end
{%- endmacro %}

{# Weight that stands for doubt in a name that says little. name_doubt() -> 1.0e0 #}
{% macro name_doubt() -%} 1.0e0 {%- endmacro %}

{# Share of what a name says that has to be known. lowest_name_coverage() -> 0.7e0 #}
{% macro lowest_name_coverage() -%} 0.7e0 {%- endmacro %}

{# Fit below which a name is in doubt. lowest_name_fit() -> 0.35e0 #}
{% macro lowest_name_fit() -%} 0.35e0 {%- endmacro %}
