{#
  Rows of a relation with the segment that each customer was in on the day of the row:
  a query, to be put in brackets or a CTE. The columns of the relation are kept;
  segment_key and segment_name are null before a customer was first seen and after
  they left.

  segment_as_of(ref('orders'), 'customer_id', 'ordered_on')

  | customer_id | ordered_on | segment_key | segment_name         |
  | c1          | 2014-03-05 | S02         | Comfortable Families |

  Arguments
  - relation: what has the events
  - customer_id, date: its columns; the date may be a timestamp
  - history: where memberships are; segment_membership_history unless told
#}
{% macro segment_as_of(relation, customer_id, date, history=none) -%}
    select
        events.*,
        memberships.segment_key,
        memberships.segment_name

    from {{ relation }} as events

    left join {{ history or ref('segmentation', 'segment_membership_history') }} as memberships
        on cast(events.{{ customer_id }} as {{ dbt.type_string() }}) = memberships.customer_id
        and cast(events.{{ date }} as date) >= memberships.valid_from
        and (
            cast(events.{{ date }} as date) < memberships.valid_to
            or memberships.valid_to is null
        )
{%- endmacro %}
