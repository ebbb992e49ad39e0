with

current_version as (

    select * from {{ ref('ml_segment_model') }} where is_current

),

changes as (

    {% if has_history() %}
    select
        change_number,
        observed_on,
        model_version,
        previous_model_version,
        reason

    from {{ this }}
    {% else %}
    select * from {{ rows_of('segment_version_log', false, {
        'change_number': 'integer', 'observed_on': 'date', 'model_version': 'integer',
        'previous_model_version': 'integer', 'reason': 'string',
    }) }}
    {% endif %}

),

last_change as (

    select
        max(change_number) as change_number,
        max_by(model_version, change_number) as model_version,
        max(model_version) as newest_model_version

    from changes

),

change as (

    select
        cast(coalesce(last_change.change_number, 0) + 1 as integer) as change_number,
        input_statistics.observed_on,
        current_version.model_version,
        last_change.model_version as previous_model_version,
        case
            when current_version.model_version < last_change.model_version then 'rolled back'
            when current_version.model_version <= last_change.newest_model_version
                then 'restored'
            else current_version.fit_reason
        end as reason

    from current_version

    cross join {{ ref('int_input_statistics') }} as input_statistics

    cross join last_change

    where current_version.model_version is distinct from last_change.model_version

)

select * from changes

union all

select * from change
