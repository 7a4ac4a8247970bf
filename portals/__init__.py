"""Portals: accesses, plans, catalogues, mappings, listings and the engine that publishes them."""
