"""Settings of gunicorn: `gunicorn -c python:tutoring_admin.serving tutoring_admin.wsgi`.

Address and number of processes come from the command line or from WEB_CONCURRENCY.
"""

worker_class = "gthread"
threads = 4
preload_app = True  # the code is read once, then shared by the processes
timeout = 30
graceful_timeout = 4  # a stop has ten seconds in all, and the databases come after us
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True  # it would want a folder in the home directory
