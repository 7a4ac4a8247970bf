"""A stand-in for the portal Chaves na Mão, written from its public Vehicle API v2 document.

Asynchronous as the document says: every write is checked, answered 202 and put in the client's
queue, which is carried out later in order of arrival. What the document leaves open is answered in
our best guess; the bodies of 400, 401, 404, 422 and 429 are ours: `{"message": [texts], "error":
phrase, "statusCode": status}`, after the habits of the framework that its pages point to.
"""

from __future__ import annotations
