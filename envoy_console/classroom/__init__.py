"""The classroom: an operator makes a company for each student, and sees how they do."""

from flask import Flask

from envoy_console.classroom import board, new_class, students
from envoy_console.classroom.blueprint import bp

PAGES = (board, new_class, students)  # imported for their routes


def init_app(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(bp)
