select * from {{ ref('scorecard') }}
where subject = 'money' and not is_passed
