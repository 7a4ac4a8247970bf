"""Ground floor: who works here (users, dealers, memberships) and the history of what they did."""
