{{ config(enabled=var('value')) }}

with

observed as (

    select max(observed_on) as observed_on from {{ ref('int_input_statistics') }}

)

select
    figures.target,
    figures.method,
    figures.measure,
    accuracy.horizon_days,
    figures.figure,
    figures.low as figure_lower,
    figures.high as figure_upper,
    coalesce(figures.is_published, false) as is_published,
    accuracy.tested_periods,
    {{ add_days('observed.observed_on', '-accuracy.first_cut_days_ago') }} as tested_from,
    accuracy.tested_customers,
    accuracy.level_basis,
    figures.sentence

from (
    {{ exploded(
        ref('ml_forecast_accuracy'),
        'figures',
        keep=['definition_hash'],
        fields=[
            'target', 'method', 'measure', 'figure', 'low', 'high', 'is_published',
            'sentence',
        ]
    ) }}
) as figures

inner join {{ ref('ml_forecast_accuracy') }} as accuracy
    on figures.definition_hash = accuracy.definition_hash

cross join observed
