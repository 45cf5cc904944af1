"""Pages of reports: an organization's archive, the desk where they are edited and released, the operators' feeds."""
