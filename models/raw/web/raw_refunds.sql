{{ raw_versions('refunds', 'WEB') }}
