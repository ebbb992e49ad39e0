{{ unpivot_input('channel', 'channel', 'purchases', 'integer') }}
