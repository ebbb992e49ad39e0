with

customers as (

    select * from {{ ref('customers') }}

),

contacts as (

    select * from {{ ref('stg_input__contacts') }}

)

-- who reads the published file need not know how to reach anybody
select
    contacts.customer_id,
    customers.segment_key,
    customers.segment_name,
    contacts.contact,
    contacts.contact_order,
    contacts.contact_value

from contacts

inner join customers
    on contacts.customer_id = customers.customer_id
    and customers.no_contact_reason is null

where {{ 'true' if var('publish_contacts', false) | as_bool else 'false' }}
