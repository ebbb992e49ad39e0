{{ customer_mix(ref('stg_input__category_spend'), 'category', 'spend', 'spend_share') }}
