{#
  The records of a wide file with their fields as their types, rare categories and
  channels added up: a query.

  wide_records(input_dialect())
      -> record_number, customer_id, income, "spend_wine", …, unparsed_fields
#}
{% macro wide_records(dialect) -%}
    {%- set gathered = [] -%}
    {%- for field in dialect.fields if field.name == 'other' -%}
        {%- if dialect.fields | selectattr('role', 'equalto', field.role ~ '_part') | list -%}
            {%- do gathered.append(field) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set series = dialect.fields | selectattr('figure') | list -%}
    {%- set fields = dialect.fields | reject('in', gathered + series) | list -%}
    with

    typed as (

        select
            {{ record_place() }},
            {% for field in fields %}
            {{ staged_value(field) }} as {{ staging_column(field) }},
            {% endfor %}
            {{ unparsed_fields(fields) }} as unparsed_fields

        from {{ dialect.relation_sql or '(select 1)' }}

    ),

    checked as (

        select
            *,
            {{ negative_fields(fields) }} as negative_fields

        from typed

    ),

    -- there is nothing less than nothing: such values count as missing
    believed as (

        select
            record_number,
            line_number,
            source_file,
            reading_problem,
            {% for field in fields %}
            {% if field in counted_fields(fields) %}
            case when {{ staging_column(field) }} >= 0 then {{ staging_column(field) }} end
                as {{ staging_column(field) }},
            {% else %}
            {{ staging_column(field) }},
            {% endif %}
            {% endfor %}
            unparsed_fields,
            negative_fields

        from checked

    )

    select
        {% for field in gathered %}
        cast(
            {% for part in fields | selectattr('role', 'equalto', field.role ~ '_part') %}
            coalesce({{ staging_column(part) }}, 0){{ ' +' if not loop.last }}
            {% endfor %} as {{ sql_type(field.data_type) }}
        ) as {{ staging_column(field) }},
        {% endfor %}
        {% for field in series %}
        {{ series_figure(field, fields) }} as {{ staging_column(field) }},
        {% endfor %}
        *

    from believed
{%- endmacro %}

{#
  Where a record stands, and why it cannot be read: the first columns of what is read.

  record_place() -> … as record_number, … as line_number, … as source_file, … as reading_problem
#}
{% macro record_place() -%}
    cast(segments_record_number as bigint) as record_number,
    cast(segments_line_number as bigint) as line_number,
    cast(segments_source_file as {{ dbt.type_string() }}) as source_file,
    cast(segments_reject_reason as {{ dbt.type_string() }}) as reading_problem
{%- endmacro %}

{#
  What order lines tell of each customer, with the columns of a wide file: a query.

  order_records(
      input_dialect(), ref('stg_orders__customers'), ref('stg_orders__attributes'),
      ref('stg_orders__totals')
  )
      -> record_number, customer_id, total_spend, …, "spend_tea", …, unparsed_fields
#}
{% macro order_records(dialect, customers, attributes, totals) -%}
    {%- set told = [] -%}
    {%- for field in customer_fields() -%}
        {%- do told.append(staging_column(field)) -%}
    {%- endfor -%}
    {%- set named = input_fields('spend') + input_fields('channel') -%}
    select
        {% for field in dialect.fields if field.role != 'line' %}
        {% if field in named %}
        cast(
            coalesce(summed.{{ staging_column(field) }}, 0) as {{ sql_type(field.data_type) }}
        ) as {{ staging_column(field) }},
        {% elif staging_column(field) in told %}
        attributes.{{ staging_column(field) }},
        {% elif field.source_column %}
        customers.{{ staging_column(field) }},
        {% else %}
        cast(null as {{ sql_type(field.data_type) }}) as {{ staging_column(field) }},
        {% endif %}
        {% endfor %}
        customers.record_number,
        customers.line_number,
        customers.source_file,
        cast(null as {{ dbt.type_string() }}) as reading_problem,
        case when customers.has_unparsed_values then ',' end as unparsed_fields,
        cast(null as {{ dbt.type_string() }}) as negative_fields

    from {{ customers }} as customers

    left join (
        select
            {% for field in named %}
            sum(
                case
                    when
                        field_role = '{{ field.role }}'
                        and field_name = '{{ escape_single_quotes(field.name) }}'
                        then total
                end
            ) as {{ staging_column(field) }},
            {% endfor %}
            customer_id

        from {{ totals }}

        group by customer_id
    ) as summed
        on customers.customer_id = summed.customer_id

    left join {{ attributes }} as attributes
        on customers.customer_id = attributes.customer_id
{%- endmacro %}
