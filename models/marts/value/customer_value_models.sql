{{ config(enabled=var('value')) }}

select
    model_version,
    model,
    case
        when model = 'Gamma-Gamma' then 'value of a purchase' else 'purchases'
    end as estimates,
    r,
    alpha as alpha_days,
    a,
    b,
    p,
    q,
    gamma,
    log_likelihood,
    customers,
    is_used,
    failed_checks,
    verdict

from (
    {{ exploded(
        ref('ml_value_models'),
        'fits',
        keep=['model_version'],
        fields=[
            'model', 'r', 'alpha', 'a', 'b', 'p', 'q', 'gamma', 'log_likelihood',
            'customers', 'is_used', 'failed_checks', 'verdict',
        ]
    ) }}
)
