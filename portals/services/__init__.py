"""All changes of state of the portals."""
