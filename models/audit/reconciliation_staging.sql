{{ staging_checks() }}
