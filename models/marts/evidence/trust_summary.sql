{{ config(enabled=var('evidence')) }}

with

versions as (

    select * from {{ ref('segment_model_versions') }} where is_current

),

stability as (

    select
        {{ share_of('count_if(stands_apart)', 'count(stands_apart)') }} as apart_share,
        {{ share_of('count_if(jaccard_mean < 0.6e0)', 'count(*)') }} as doubtful_share

    from {{ ref('segment_stability') }}

    where is_current_version

),

drift as (

    select
        max(stability_size) as stability_size,
        count_if(verdict = 'watch') as watched,
        count_if(verdict = 'refit') as refits

    from {{ ref('segment_drift') }}

    where observed_on = (select max(observed_on) from {{ ref('segment_drift') }})

),

{% if var('value') %}
forecast as (

    select
        max(figure) as figure,
        max(sentence) as sentence

    from {{ ref('forecast_accuracy') }}

    where target = 'spend' and is_published and measure = 'mean_absolute_bias'

),
{% endif %}

{% if var('campaign') %}
response as (

    select
        max(metrics.estimate) as roc_auc,
        max(case when decision.has_skill then 1 else 0 end) as skill,
        max(decision.suspicion) as suspicion,
        max(decision.sentence) as sentence,
        max(skipped.skip_reason) as skip_reason

    from (select 1 as row_number_one) as anchor

    left join {{ ref('campaign_summary') }} as decision
        on anchor.row_number_one = 1

    left join {{ ref('campaign_model_metrics') }} as metrics
        on decision.campaign = metrics.campaign
        and metrics.is_published
        and metrics.metric = 'roc_auc'

    left join {{ ref('int_campaign_skipped') }} as skipped
        on anchor.row_number_one = 1

),
{% endif %}

quality as (

    select
        sum(case when outcome = 'rejected' then rows_found else 0 end) as rejected,
        sum(case when outcome = 'read' then rows_found else 0 end) as read_rows

    from {{ ref('data_quality_summary') }}

),

judged as (

    select
        1 as topic_order,
        'separation' as topic,
        'share of segments that stand apart' as figure_name,
        stability.apart_share as figure,
        1e0 as figure_limit,
        case
            when stability.apart_share is null then 'unknown'
            when stability.apart_share >= 1 then 'good'
            else 'care'
        end as verdict,
        versions.verdict as sentence

    from versions

    cross join stability

    union all

    select
        2,
        'stability',
        'agreement of segments of customers drawn anew, at most 1',
        versions.stability_mean,
        cast({{ var('min_stability') }} as double),
        case
            when versions.stability_mean is null then 'unknown'
            when versions.stability_mean < 0.6e0 then 'poor'
            when versions.stability_mean < {{ var('min_stability') }} then 'care'
            when stability.doubtful_share > 0 then 'care'
            else 'good'
        end,
        versions.k_reason

    from versions

    cross join stability

    union all

    select
        3,
        'drift',
        'greatest change of shares (segment_drift.stability_size)',
        stability_size,
        cast({{ var('drift_watch').stability_index }} as double),
        case when refits > 0 then 'poor' when watched > 0 then 'care' else 'good' end,
        case
            when refits + watched = 0
                then 'Customers look like those whom the segments were made of.'
            else concat(
                    'Changed since the segments were made: ', refits + watched,
                    ' of what is compared, ', refits,
                    ' of it so much that they are to be made anew.'
                )
        end

    from drift

    union all

    {% if var('value') %}
    select
        4,
        'forecast',
        'mean error of all spend in past periods, as a share of it',
        figure,
        0.25e0,
        case
            when figure is null then 'unknown'
            when figure <= 0.25e0 then 'good'
            when figure <= 0.5e0 then 'care'
            else 'poor'
        end,
        coalesce(
            sentence,
            'No forecast was tested: the input has no days of purchases, or too few.'
        )

    from forecast

    union all
    {% endif %}

    {% if var('campaign') %}
    select
        5,
        'response model',
        'ROC AUC of customers not seen, 0.5 is chance',
        roc_auc,
        0.5e0,
        case
            when roc_auc is null then 'unknown'
            when skill = 0 then 'poor'
            when suspicion is not null then 'care'
            else 'good'
        end,
        coalesce(sentence, skip_reason, 'No response model was fitted.')

    from response

    union all
    {% endif %}

    select
        6,
        'data quality',
        'share of rows that were rejected',
        {{ share_of('rejected', 'read_rows') }},
        cast({{ var('unread_share_that_is_said') }} as double),
        case
            when rejected <= {{ var('unread_share_that_is_said') }} * read_rows then 'good'
            when rejected <= 0.2e0 * read_rows then 'care'
            else 'poor'
        end,
        case
            when rejected = 0
                then concat('All ', {{ figure('read_rows') }}, ' rows were read.')
            else concat(
                    {{ figure('rejected') }}, ' of ', {{ figure('read_rows') }},
                    ' rows were rejected; data_quality_summary says why.'
                )
        end

    from quality

)

select
    topic,
    cast(topic_order as integer) as topic_order,
    figure_name,
    figure,
    figure_limit,
    verdict,
    cast(
        case verdict when 'good' then 1 when 'care' then 2 when 'poor' then 3 else 4 end
        as integer
    ) as verdict_order,
    sentence

from judged
