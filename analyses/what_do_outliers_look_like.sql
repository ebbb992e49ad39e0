{{ config(enabled=project_name == 'segmentation') }}
-- What do the customers that fit no segment look like?
--
-- One row a segment and side. Compare the outliers with the rest of their segment: a mean
-- income or deal share far off says which figure put them outside; implausible_share near 1
-- says that the file, not the customer, is odd. Outliers keep their segment, but should be
-- left out of averages that are quoted and looked at one by one before a campaign.

select
    segment_name,
    is_outlier,
    count(*) as customers,
    avg(cast(income as double)) as mean_income,
    avg(cast(total_spend as double)) as mean_spend,
    avg(cast(purchases as double)) as mean_purchases,
    avg(deal_share) as mean_deal_share,
    avg(cast(web_visits_per_month as double)) as mean_web_visits,
    avg(
        case
            when
                is_income_implausible or is_age_implausible
                or is_deals_above_purchases or is_spend_without_purchase
                then 1.0e0
            else 0.0e0
        end
    ) as implausible_share

from {{ ref('customers') }}

group by segment_name, is_outlier

order by segment_name, is_outlier desc
