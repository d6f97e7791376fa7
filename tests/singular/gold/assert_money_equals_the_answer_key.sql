select
    check_name,
    expected,
    actual
from {{ ref('scorecard') }}
where subject = 'money' and not is_passed
