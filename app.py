"""What `gunicorn app:app` and `flask --app app` load."""

from envoy_console import create_app

app = create_app()
