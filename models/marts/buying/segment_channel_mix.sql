{{ segment_mix('channel', 'channel', 'purchases', 'purchase_share', 'bigint') }}
