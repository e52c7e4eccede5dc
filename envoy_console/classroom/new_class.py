"""A new class: its companies are founded, and their cards shown, this once."""

from __future__ import annotations

from flask import Response, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue

from envoy_console import config, spreadsheets
from envoy_console.classroom import founding
from envoy_console.classroom.blueprint import bp
from envoy_console.classroom.forms import ClassForm
from envoy_console.classroom.founding import Card, Seat
from envoy_console.directory import audit
from envoy_console.directory.errors import RuleError
from envoy_console.models.transactions import write
from envoy_console.web.access import Permission, fresh_sign_in, requires
from envoy_console.web.identity import acting, me
from envoy_console.web.wording import counted

COLUMNS = ("Company", "Student", "Email", "Password", "Address")


@bp.get("/new")
def new_class() -> ResponseReturnValue:
    """Ask what the class is called, and who is in it."""
    return _form(ClassForm(None))


@bp.post("/new")
@requires(Permission.RUN_CLASSROOM)
@fresh_sign_in(back_to="classroom.new_class", ask="class")
def create_class() -> ResponseReturnValue:
    """Found the companies, and show the cards in answer, since nothing keeps them."""
    form = ClassForm()
    if not form.validate_on_submit():
        return _form(form), 422
    try:
        seats = founding.seats_for(
            form.title.data, form.count.data, form.names.data or ""
        )
    except RuleError as error:
        field = form.names if form.names.data else form.count
        field.errors = [str(error)]
        return _form(form), 422
    return cards_page(_founded(seats))


@bp.post("/cards.csv")
@requires(Permission.RUN_CLASSROOM)
def download_cards() -> ResponseReturnValue:
    """Give back the cards that the page shows, as a file for a spreadsheet."""
    columns = (request.form.getlist(name) for name in Card.__slots__)
    address = config.current().external_url
    cards = ((*card, address) for card in zip(*columns, strict=False))
    response = Response(spreadsheets.written(COLUMNS, cards), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=class.csv"
    response.cache_control.no_store = True
    return response


def cards_page(cards: list[Card]) -> ResponseReturnValue:
    """Show cards to print, or to cut out and hand over."""
    return make_response(
        render_template(
            "classroom/cards.html", cards=cards, address=config.current().external_url
        )
    )


def _founded(seats: list[Seat]) -> list[Card]:
    """Found the companies; should a name be taken meanwhile, those before it are there."""
    cards: list[Card] = []
    try:
        cards.extend(founding.found(me().company_id, seats))
    except RuleError as error:
        flash(f"Not all companies could be founded. {error}", "bad")
    number = counted(len(cards), "company", "companies")
    actor = acting()
    write(lambda tx: audit.record(tx, actor, "founded a class of", number))
    return cards


def _form(form: ClassForm) -> str:
    return render_template("classroom/new_class.html", form=form, most=founding.MOST)
