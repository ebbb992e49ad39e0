-- a row here: something that has moved so far since the fit that a refit is due
{{ config(severity='warn') }}

select
    subject_kind,
    subject,
    stability_index,
    verdict

from {{ ref('segment_drift') }}

where
    observed_on = (select observed_on from {{ ref('int_input_statistics') }})
    and verdict = 'refit'
