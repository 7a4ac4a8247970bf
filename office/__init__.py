"""The top floor: start page, search, demo data; may look at every room below."""
