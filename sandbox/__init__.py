"""Stand-ins for the systems of other companies: processes of their own that play the documents.

Nothing here imports the product and nothing in the product imports this room; they meet over HTTP
only, as they would in real life. Standard library only. Start it with `python -m sandbox`.
"""

from __future__ import annotations
