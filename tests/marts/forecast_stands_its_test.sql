-- a row here: the forecast of spend failed on past periods
{{ config(severity="warn", enabled=var("evidence") and var("value")) }}

select
    topic,
    verdict,
    sentence

from {{ ref('trust_summary') }}

where topic = 'forecast' and verdict = 'poor'
