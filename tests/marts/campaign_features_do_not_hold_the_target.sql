-- the features that the fit used, as it stored them: each of them has an importance
select feature

from {{ ref('campaign_feature_importance') }}

where
    feature like '%target_accepted%'
    or feature = concat('accepted_', campaign)
    or feature like '%segment%'
    or feature in ('customer_id', 'profile_fingerprint')
