{{ segment_mix('spend', 'category', 'spend', 'spend_share', 'decimal(18, 2)') }}
