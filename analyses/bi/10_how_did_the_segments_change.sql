-- Each segment against the build before and a year before, also where a refit made it.
select observed_on, segment_name, customers, customer_change, customer_change_in_a_year
from marts.segment_sizes_history
order by observed_on, segment_name
