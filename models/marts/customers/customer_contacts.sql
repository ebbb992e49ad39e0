-- who reads the published file need not know how to reach anybody
select
    contacts.customer_id,
    customers.segment_key,
    customers.segment_name,
    contacts.contact,
    contacts.contact_order,
    contacts.contact_value

from {{ ref('stg_input__contacts') }} as contacts

inner join {{ ref('customers') }} as customers
    on contacts.customer_id = customers.customer_id
    and customers.no_contact_reason is null

where {{ 'true' if var('publish_contacts') else 'false' }}
