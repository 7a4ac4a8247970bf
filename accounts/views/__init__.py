"""Pages of the door, of the store's own data and of its team."""
