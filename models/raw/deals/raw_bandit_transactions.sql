{{ raw_versions('bandit_transactions', 'DEALS', 'transaction_id') }}
