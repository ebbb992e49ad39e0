{{ customer_mix(ref('stg_input__channel_purchases'), 'channel', 'purchases', 'purchase_share') }}
