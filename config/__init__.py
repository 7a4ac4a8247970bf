"""Settings, addresses and the shared library; the only package that knows every app by name."""
