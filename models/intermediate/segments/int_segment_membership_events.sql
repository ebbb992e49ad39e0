{# the name of its table is that of release 0.1, whose rows are carried over #}
{{ config(alias='segment_membership_events') }}
{% set days = ref('segment_sizes_history') %}
{% set columns = [
    'customer_id', 'observed_on', 'segment_key', 'model_version', 'is_override', 'reason',
] %}

with

today as (

    select * from {{ ref('customer_segments') }}

),

input_statistics as (

    select * from {{ ref('int_input_statistics') }}

),

earlier as (

    {% if has_history() %}
    {{ earlier_rows(columns, days) }}
    {% else %}
    select
        customer_id,
        observed_on,
        segment_key,
        model_version,
        is_override,
        cast(null as {{ dbt.type_string() }}) as reason

    from today

    where false
    {% endif %}

),

-- the state that the last build of an earlier day left
before as (

    select *

    from (
        select
            *,
            row_number() over (
                partition by customer_id order by observed_on desc
            ) as recency

        from earlier
    ) as ranked

    where recency = 1

),

version_before as (

    select
        max_by(model_version, observed_on) as model_version,
        max(model_version) as newest_model_version

    from {{ ref('segment_sizes_history') }}

    where observed_on < (select observed_on from input_statistics)

),

compared as (

    select
        coalesce(today.customer_id, before.customer_id) as customer_id,
        today.segment_key,
        before.segment_key as segment_key_before,
        before.customer_id is not null as was_seen,
        coalesce(today.model_version, before.model_version) as model_version,
        version_before.model_version as version_before,
        version_before.newest_model_version,
        coalesce(today.is_override, false) as is_override,
        coalesce(before.is_override, false) as was_override

    from today

    full outer join before
        on today.customer_id = before.customer_id

    cross join version_before

),

events as (

    select
        compared.customer_id,
        input_statistics.observed_on,
        compared.segment_key,
        compared.model_version,
        compared.is_override,
        case
            when compared.segment_key is null then 'left'
            when not compared.was_seen then 'first seen'
            when compared.segment_key_before is null then 'returned'
            when compared.is_override then 'override'
            when compared.was_override then 'override ended'
            when compared.model_version < compared.version_before then 'rolled back'
            when
                compared.model_version > compared.version_before
                and compared.model_version <= compared.newest_model_version
                then 'restored'
            when compared.model_version > compared.version_before then 'refit'
            else 'moved'
        end as reason

    from compared

    cross join input_statistics

    -- a person who confirms the model's choice, or no longer does, is a change as well
    where
        (
            compared.segment_key is distinct from compared.segment_key_before
            or compared.is_override != compared.was_override
        )
        and {{ 'false' if is_late_run(days) else 'true' }}

)

select {{ columns | join(', ') }} from earlier

union all

select {{ columns | join(', ') }} from events
