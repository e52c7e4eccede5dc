"""The Flask extensions, made once and bound to an app by `init_app`."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

from envoy_console import models

db = SQLAlchemy(metadata=models.Base.metadata)
login_manager = LoginManager()
csrf = CSRFProtect()

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def init_app(app: Flask) -> None:
    """Bind every extension to `app`; nothing here opens a connection."""
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = models.engine_options(
        app.config["SQLALCHEMY_DATABASE_URI"]
    )
    db.init_app(app)
    login_manager.init_app(app, add_context_processor=False)
    csrf.init_app(app)
