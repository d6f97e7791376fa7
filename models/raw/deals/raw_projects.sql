{{ raw_versions('projects', 'DEALS', 'project_id') }}
