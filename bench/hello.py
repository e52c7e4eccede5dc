"""The yardstick: the least that a Flask app can answer, as JSON."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.get("/hello")
def hello() -> dict[str, str]:
    """Say hello."""
    return {"message": "Hello"}
