{#
  An aggregate of the model equals an aggregate of another one: accounting identities,
  such as "segment sizes sum to customers". Not where the mart `off_with` is switched off
  by the input, and not where dbt builds no rows; a mart that is empty for any other reason
  fails.
#}
{% test same_total(model, total, compare_model, compare_total, off_with=none) %}

with

own as (

    select {{ total }} as total from {{ model }}

),

other as (

    select {{ compare_total }} as total from {{ compare_model }}

)

select
    own.total as own_total,
    other.total as compared_total

from own

cross join other

where
    not {{ is_empty_build() | lower }}
    and own.total is distinct from other.total
    {% if off_with %}
    and {{ is_on(off_with) }}
    {% endif %}

{% endtest %}
