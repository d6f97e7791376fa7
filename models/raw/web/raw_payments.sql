{{ raw_versions('payments', 'WEB', 'payment_id') }}
