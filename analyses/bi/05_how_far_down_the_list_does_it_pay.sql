-- Responses reached by contacts, from (0, 0) over the cut-off to everybody.
select point_kind, cumulative_contact_share, cumulative_gain, cumulative_profit
from marts.campaign_gains_by_scope
where scope = 'all customers'
order by point_order
