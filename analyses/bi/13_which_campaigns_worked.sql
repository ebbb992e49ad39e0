-- Responses by campaign and segment, in the order of the campaigns.
select campaign_label, segment_name, contacts, acceptances, acceptance_rate
from marts.segment_campaign_response
order by campaign_order, segment_name
