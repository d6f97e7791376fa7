-- Staging of the deals app.
create unlogged table work.typed_users as
select
    record_key, row_hash, batch_id, loaded_at,
    source_filename, line_number, is_repeated,
    cleaned(customer_id) as customer_id,
    cleaned(email) as email,
    cleaned(name) as name,
    cast(null as timestamp) as version_at,
    case when cleaned(customer_id) is null then 'null_key' end as rule
from raw.users;
call work.part('users');

create unlogged table work.typed_projects as
select
    record_key, row_hash, batch_id, loaded_at,
    source_filename, line_number, is_repeated,
    cleaned(project_id) as project_id,
    cleaned(project_name) as project_name,
    cleaned(project_description) as project_description,
    as_integer(number_of_bandits) as number_of_bandits,
    cast(null as timestamp) as version_at,
    case when cleaned(project_id) is null then 'null_key' end as rule
from raw.projects;
call work.part('projects');

create unlogged table work.typed_bandits as
select
    record_key, row_hash, batch_id, loaded_at,
    source_filename, line_number, is_repeated,
    cleaned(bandit_id) as bandit_id,
    cleaned(project_id) as project_id,
    cleaned(bandit_name) as bandit_name,
    as_double(alpha) as alpha,
    as_double(beta) as beta,
    as_integer(n) as n,
    as_integer(number_of_success) as number_of_success,
    as_integer(number_of_failures) as number_of_failures,
    cast(null as timestamp) as version_at,
    case
        when cleaned(bandit_id) is null then 'null_key'
        when cleaned(project_id) is null then 'missing_reference'
    end as rule
from raw.bandits;
call work.part('bandits');

create unlogged table work.typed_bandit_transactions as
select
    record_key, row_hash, batch_id, loaded_at,
    source_filename, line_number, is_repeated,
    transaction_id,
    customer_id,
    project_id,
    bandit_id,
    shown_at,
    is_clicked,
    propensity,
    position,
    cast(null as timestamp) as version_at,
    case
        when transaction_id is null then 'null_key'
        when project_id is null or bandit_id is null then 'missing_reference'
        when is_clicked is null then 'unparsable_flag'
        when shown_at is null then 'unparsable_date'
        when is_no_day(shown_at) then 'impossible_date'
    end as rule
from (
    select
        record_key, row_hash, batch_id, loaded_at,
        source_filename, line_number, is_repeated,
        cleaned(transaction_id) as transaction_id,
        cleaned(customer_id) as customer_id,
        cleaned(project_id) as project_id,
        cleaned(bandit_id) as bandit_id,
        as_instant("timestamp") as shown_at,
        as_flag(clicked) as is_clicked,
        as_double(propensity) as propensity,
        as_integer("position") as position
    from raw.bandit_transactions offset 0
) as parsed;
call work.part('bandit_transactions');
