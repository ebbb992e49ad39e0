{{ unpivot_input('spend', 'category', 'spend', 'decimal(18, 2)') }}
