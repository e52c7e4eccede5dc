"""What the tutorial remembers of a company: events that leave no trace elsewhere."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from envoy_console.models.base import Base, KeyText, of_company


class TutorialMark(Base):
    """Something that was seen of a step, such as its page having been opened."""

    __tablename__ = "tutorial_marks"

    company_id: Mapped[str] = of_company(primary_key=True)
    step: Mapped[str] = mapped_column(KeyText, primary_key=True)
    # a value of `tutorial.evidence.Seen`
    kind: Mapped[str] = mapped_column(KeyText, primary_key=True)
    at: Mapped[datetime]
