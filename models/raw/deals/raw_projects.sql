{{ raw_versions('projects', 'DEALS') }}
