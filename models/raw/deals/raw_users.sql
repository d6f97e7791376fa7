{{ raw_versions('users', 'DEALS') }}
