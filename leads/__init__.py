"""Leads: the people who write in, and what became of each."""
