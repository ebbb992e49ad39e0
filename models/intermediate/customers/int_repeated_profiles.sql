-- kept as a table so that features can stay a view: it is the only step that needs all
-- customers at once, and few customers are copies
select
    profile_fingerprint,
    min(customer_id) as first_customer_id

from {{ ref('stg_input__customers') }}

group by profile_fingerprint

having count(*) > 1
