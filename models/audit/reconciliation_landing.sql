{{ landing_checks() }}
