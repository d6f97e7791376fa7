{{ raw_versions('transactions', 'POS', 'transaction_id') }}
