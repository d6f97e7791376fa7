{{ raw_versions('payments', 'WEB') }}
