"""What `gunicorn app:app` and `flask --app app` load."""

import sys

from envoy_console import create_app
from envoy_console.config import ConfigError

try:
    app = create_app()
except ConfigError as error:
    sys.exit(f"Envoy Console cannot start. {error}")
