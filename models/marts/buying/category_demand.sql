{{ config(enabled=var('offers')) }}
{# no file says what was bought where: spend is allocated by the segment's purchases #}
{% set share = 'coalesce(channel_mix.purchase_share, 1)' %}
{% set allocated =
    'cast(cast(category_mix.spend as double) * ' ~ share ~ ' as decimal(18, 2))' %}

select
    category_mix.segment_key,
    category_mix.segment_name,
    category_mix.category,
    coalesce(channel_mix.channel, 'all channels') as channel,
    category_mix.spend as segment_category_spend,
    {{ share }} as channel_purchase_share,
    {{ allocated }} as allocated_spend,
    {{ share_of(allocated, 'sum(' ~ allocated ~ ') over ()') }} as allocated_spend_share,
    category_mix.spend_share as category_spend_share,
    category_mix.share_index as category_index,
    'They spent ' || {{ figure('category_mix.spend') }} || ' on '
    || replace(category_mix.category, '_', ' ')
    || case
        when channel_mix.channel is null then ''
        else
            '; with ' || {{ percent('channel_mix.purchase_share') }}
            || ' of their purchases there, about ' || {{ figure(allocated) }}
            || ' of it falls to ' || replace(channel_mix.channel, '_', ' ')
    end || '.' as reading

from {{ ref('segment_category_mix') }} as category_mix

left join {{ ref('segment_channel_mix') }} as channel_mix
    on category_mix.segment_key = channel_mix.segment_key
    and channel_mix.purchases > 0

-- nobody demands what only takes off
where category_mix.spend >= 0
