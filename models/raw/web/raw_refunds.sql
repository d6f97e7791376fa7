{{ raw_versions('refunds', 'WEB', 'refund_id') }}
