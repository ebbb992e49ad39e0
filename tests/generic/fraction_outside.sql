{#
  At most a share of the values lies outside two bounds. A share, not a count, so that
  the test means the same as the file grows. It warns: users' files are odd in their
  own ways, and data_quality_summary has the figures.
#}
{% test fraction_outside(model, column, lowest, highest, tolerance) %}

{{ config(severity='warn') }}

with

judged as (

    select
        avg(
            case when {{ column }} between {{ lowest }} and {{ highest }} then 0.0e0 else 1.0e0 end
        ) as share_outside

    from {{ model }}

    where {{ column }} is not null

)

select share_outside

from judged

where share_outside > {{ tolerance }}

{% endtest %}
