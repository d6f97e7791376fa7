-- Staging of the deals app.
create temp view typed_users as
select
    record_key, row_hash, batch_id, loaded_at, source_filename, line_number,
    cleaned(customer_id) as customer_id,
    cleaned(email) as email,
    cleaned(name) as name,
    null as version_at,
    case when cleaned(customer_id) is null then 'null_key' end as rule,
    to_json(users) as payload
from raw.users;
create table staging.users as from usable('typed_users', 'repeated_users');
insert into audit.rejected_rows
from rejected('users', 'typed_users', 'repeated_users');

create temp view typed_projects as
select
    record_key, row_hash, batch_id, loaded_at, source_filename, line_number,
    cleaned(project_id) as project_id,
    cleaned(project_name) as project_name,
    cleaned(project_description) as project_description,
    try_cast(number_of_bandits as integer) as number_of_bandits,
    null as version_at,
    case when cleaned(project_id) is null then 'null_key' end as rule,
    to_json(projects) as payload
from raw.projects;
create table staging.projects as from usable('typed_projects', 'repeated_projects');
insert into audit.rejected_rows
from rejected('projects', 'typed_projects', 'repeated_projects');

create temp view typed_bandits as
select
    record_key, row_hash, batch_id, loaded_at, source_filename, line_number,
    cleaned(bandit_id) as bandit_id,
    cleaned(project_id) as project_id,
    cleaned(bandit_name) as bandit_name,
    try_cast(alpha as double) as alpha,
    try_cast(beta as double) as beta,
    try_cast(n as integer) as n,
    try_cast(number_of_success as integer) as number_of_success,
    try_cast(number_of_failures as integer) as number_of_failures,
    null as version_at,
    case
        when cleaned(bandit_id) is null then 'null_key'
        when cleaned(project_id) is null then 'missing_reference'
    end as rule,
    to_json(bandits) as payload
from raw.bandits;
create table staging.bandits as from usable('typed_bandits', 'repeated_bandits');
insert into audit.rejected_rows
from rejected('bandits', 'typed_bandits', 'repeated_bandits');

create temp view typed_bandit_transactions as
select
    record_key, row_hash, batch_id, loaded_at, source_filename, line_number,
    cleaned(transaction_id) as transaction_id,
    cleaned(customer_id) as customer_id,
    cleaned(project_id) as project_id,
    cleaned(bandit_id) as bandit_id,
    try_cast("timestamp" as timestamp) as shown_at,
    try_cast(clicked as boolean) as is_clicked,
    try_cast(propensity as double) as propensity,
    try_cast("position" as integer) as position,
    null as version_at,
    case
        when cleaned(transaction_id) is null then 'null_key'
        when cleaned(project_id) is null or cleaned(bandit_id) is null
            then 'missing_reference'
        when try_cast(clicked as boolean) is null then 'unparsable_flag'
        when try_cast("timestamp" as timestamp) is null then 'unparsable_date'
        when is_no_day(try_cast("timestamp" as timestamp)) then 'impossible_date'
    end as rule,
    to_json(bandit_transactions) as payload
from raw.bandit_transactions;
create table staging.bandit_transactions as
from usable('typed_bandit_transactions', 'repeated_bandit_transactions');
insert into audit.rejected_rows from rejected(
    'bandit_transactions', 'typed_bandit_transactions', 'repeated_bandit_transactions'
);
