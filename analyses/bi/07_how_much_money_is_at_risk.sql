-- What is lost if customers stop, times the chance that they do.
select segment_name, sum(value_at_risk) as value_at_risk, min(value_at_risk_note) as note
from marts.customer_value
group by segment_name
order by value_at_risk desc nulls last, segment_name
