"""What can be wrong with an expression: how it is written, or what it meets."""


class ExpressionError(Exception):
    """An expression that cannot be read, and where: characters count from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


class EvaluationError(Exception):
    """An expression that has no value for this object, and why."""
