"""What gunicorn serves here: the product, with its instance folder in $FAULTS_FOLDER."""

import os
from pathlib import Path

from envoy_console import create_app
from envoy_console.config import Config

app = create_app(Config.from_env(Path(os.environ["FAULTS_FOLDER"])))
