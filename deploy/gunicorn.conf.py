"""How gunicorn serves the office: `gunicorn --config deploy/gunicorn.conf.py config.wsgi`.

Two processes with two threads: measured on two cores, four threads per process made pages of
fifty rows almost three times slower, because rendering holds the interpreter's lock.
"""

from __future__ import annotations

import os

bind = os.environ.get("GUNICORN_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("GUNICORN_WORKERS", "2"))
worker_class = "gthread"
threads = 2
# Seconds. Nothing long happens in a request: photos are decoded and portals called by the worker.
timeout = 60
graceful_timeout = 30
keepalive = 5
# A process is replaced now and then, at different moments, so that no leak lives for ever.
max_requests = 2000
max_requests_jitter = 200
# The log of requests is the proxy's; errors go to the journal.
accesslog = None
errorlog = "-"
