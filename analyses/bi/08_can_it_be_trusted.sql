-- What speaks against trust first: separation, stability, drift, forecast, response, data.
select topic, verdict, figure_name, figure, figure_limit, sentence
from marts.trust_summary
order by verdict_order desc, topic_order
