{#
  What the status of an order line means for its money: counts, cancelled or returned;
  null where the input has no status. The build has stopped at words that are not known.

  status_meaning() -> case coalesce(…, 'not known') when 'paid' then 'counts' … end
#}
{% macro status_meaning() -%}
    {%- set words = [] -%}
    {%- for field in input_fields('line') if field.name.startswith('status_') -%}
        {%- do words.append(field) -%}
    {%- endfor -%}
    {%- if words -%}
    case {{ line_word(words[0]) }}
        {%- for field in words %}
        when '{{ escape_single_quotes(field.source_value) }}'
            then '{{ field.name | replace('status_', '') }}'
        {%- endfor %}
    end
    {%- else -%}
    cast(null as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}

{#
  What one of a line's currency is worth in the currency of the input; null for one that
  does not count.

  currency_rate() -> case … when 'eur' then 1.0 when 'usd' then 0.92 end
#}
{% macro currency_rate() -%}
    {%- set lines = input_fields('line') -%}
    {%- set rates = lines | selectattr('name', 'equalto', 'currency_rate') | list -%}
    {%- set only = lines | selectattr('name', 'equalto', 'currency_only') | list -%}
    {%- if rates or only -%}
    case {{ line_word((rates or only)[0]) }}
        {%- for field in rates or only %}
        when '{{ escape_single_quotes(field.source_value) }}'
            then {{ field.multiplier or 1.0 }}
        {%- endfor %}
    end
    {%- else -%}
    1.0
    {%- endif -%}
{%- endmacro %}

{# A word of a line as definitions have it. line_word(field) -> coalesce(…, 'not known') #}
{% macro line_word(field) -%}
    coalesce(nullif(lower(trim({{ source_text(field) }})), ''), 'not known')
{%- endmacro %}

{#
  A column of an order, which the file may state on the order's first line alone; where
  the amount is that of a line, every line states its own.

  of_order('status', 'order_id') -> coalesce(status, min(status) over (partition by order_id))
#}
{% macro of_order(column, order) -%}
    {%- if has_order_amount() -%}
    coalesce({{ column }}, min({{ column }}) over (partition by {{ order }}))
    {%- else -%}
    {{ column }}
    {%- endif -%}
{%- endmacro %}

{#
  Money of an order, counted on its first line that states it and as nothing on the
  others.

  once_an_order('refunded', 'order_id') -> case when row_number() … = 1 then refunded else 0 end
#}
{% macro once_an_order(column, order) -%}
    {%- if has_order_amount() -%}
    case
        when
            row_number() over (
                partition by {{ order }}
                order by case when {{ column }} is null then 1 else 0 end, record_number
            ) = 1
            then {{ column }}
        else 0
    end
    {%- else -%}
    {{ column }}
    {%- endif -%}
{%- endmacro %}

{# Whether amounts are those of orders. {% if has_order_amount() %} … {% endif %} #}
{% macro has_order_amount() %}
    {{ return(has_field('line', 'order_amount')) }}
{% endmacro %}

{#
  What order lines say of the customer, of whom the latest that says it counts: fields of
  the lines that are attributes of customers, those declared by own names, and what is to
  be predicted with its money.

  Example: {% for field in customer_fields() %} {{ told_column(field) }}, {% endfor %}
#}
{% macro customer_fields() %}
    {% set dialect = input_dialect() %}
    {% set attributes = dialect.fields | selectattr('role', 'equalto', 'attribute')
        | map(attribute='name') | reject('equalto', 'customer_id') | list %}
    {{ return([] if dialect.kind != 'orders' else
        input_fields('line') | selectattr('name', 'in', attributes) | list
        + declared_fields() | selectattr('source_column') | list
        + input_fields('target') + input_fields('contact_cost') + input_fields('revenue')
    ) }}
{% endmacro %}

{# Its column beside those of the line itself. told_column({'name': 'gender'}) -> "told_gender" #}
{% macro told_column(field) -%}
    {{ quoted_name('told_' ~ staging_name(field)) }}
{%- endmacro %}
