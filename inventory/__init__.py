"""The stock: vehicles, photos, optionals, the reference catalogue, reservations and sales."""
