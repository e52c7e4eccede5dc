"""Markup in every attribute that a directory can send is text on every page."""

import pytest

from envoy_console.scim.schemas import ENTERPRISE_USER, GROUP, USER
from tests.entra.world import World
from tests.harness import browser as chromium
from tests.journeys.test_every_page import addresses
from tests.messages import ENTERPRISE

__all__ = ["addresses"]

pytestmark = pytest.mark.browser

# each would call planted() or put an element marked data-planted into the page
PAYLOADS = [
    "<script data-planted>planted()</script>",
    "<img data-planted src=x onerror=planted()>",
    "<svg data-planted onload=planted()>",
    "<svg data-planted><animate onbegin=planted() attributeName=x dur=1s>",
    "<iframe data-planted srcdoc='<script>parent.planted()</script>'>",
    "<object data-planted data='javascript:planted()'></object>",
    "<embed data-planted src='javascript:planted()'>",
    "<a data-planted href='javascript:planted()'>x</a>",
    "<form data-planted action='javascript:planted()'><button>x</button></form>",
    "<input data-planted autofocus onfocus=planted()>",
    "<details data-planted open ontoggle=planted()>",
    "<video data-planted><source onerror=planted()></video>",
    "<body data-planted onload=planted()>",
    "<style data-planted>*{display:none}</style>",
    "<link data-planted rel=stylesheet href=//evil.example/x.css>",
    "<base data-planted href=//evil.example/>",
    "<meta data-planted http-equiv=refresh content='0;url=//evil.example/'>",
    "<math data-planted><mtext></mtext></math>",
    "<template data-planted><p>x</p></template>",
    "<dialog data-planted open>x</dialog>",
    "</title><script data-planted>planted()</script>",
    "</textarea><script data-planted>planted()</script>",
    "</script><script data-planted>planted()</script>",
    "</option></select><img data-planted src=x onerror=planted()>",
    "--><img data-planted src=x onerror=planted()><!--",
    "]]><img data-planted src=x onerror=planted()>",
    '"><img data-planted src=x onerror=planted()>',
    "'><img data-planted src=x onerror=planted()>",
    '" data-planted autofocus onfocus="planted()',
    "' data-planted autofocus onfocus='planted()",
    "` data-planted onmouseover=planted() x=`",
    "x data-planted onpointerover=planted() y",
    "javascript:planted()//data-planted",
    "JaVaScRiPt&colon;planted()",
    "data:text/html,<script data-planted>planted()</script>",
    "{{ planted() }}{% raw %}<b data-planted>",
    "${planted()}<%= planted() %><b data-planted>",
    "&lt;img data-planted src=x onerror=planted()&gt;",
    "&#60;img data-planted src=x onerror=planted()&#62;",
    "＜script data-planted＞planted()＜/script＞<b data-planted>",  # noqa: RUF001
]

# two at a time, for speed: what must stand at the beginning is in the second half
TEXTS = [f"{b} {a}" for a, b in zip(PAYLOADS[:20], PAYLOADS[20:], strict=True)]

# what is no URI is refused where one belongs
URL = "javascript:planted()//data-planted"

# What is there that only a payload could have put there.
FOUND = """() => [
    ...document.querySelectorAll("[data-planted], iframe, object, embed, base"),
    ...[...document.querySelectorAll("[href], [action], [formaction], [src]")].filter(
      (each) => ["href", "action", "formaction", "src"].some((name) => {
        const url = URL.parse(each.getAttribute(name) ?? "", location.href);
        return url && !["http:", "https:", "mailto:", "tel:"].includes(url.protocol);
      })
    ),
  ].map((each) => each.outerHTML.slice(0, 90))"""


def texts(attribute, payload):
    """A value of the attribute in which every text is the payload, every URI hostile."""
    if attribute.type == "complex":
        subs = {
            s.name: texts(s, payload)
            for s in attribute.sub_attributes
            if s.type in ("string", "reference")
            and "read_only" not in s.mutability.name.lower()
        }
        return [subs] if attribute.multi_valued else subs
    return URL if attribute.type == "reference" else payload


def filled(attributes, payload):
    left_out = {"password", "groups", "x509Certificates", "manager", "members"}
    return {
        a.name: texts(a, payload)
        for a in attributes
        if a.name not in left_out and a.type in ("string", "reference", "complex")
    }


@pytest.fixture
def planted(app, company, entra, addresses):
    """The address of every page, those of people and groups with two payloads each too."""
    world, found = World(app, company), addresses
    for payload in TEXTS:
        person = filled(USER.schema.attributes, payload)
        extension = filled(ENTERPRISE_USER.attributes, payload)
        answer = entra.create_user(
            person.pop("userName"),
            **person,
            externalId=payload,
            **{ENTERPRISE: extension},
        )
        name = filled(GROUP.schema.attributes, payload).pop("displayName")
        members = [{"value": answer["id"]}]
        group = entra.create_group(name, externalId=payload, members=members)
        entra.get("/Users", params={"filter": f"displayName eq {payload}"})
        user_id = world.user(payload, department=payload)
        found += [
            f"/employees/{answer['id']}",
            f"/groups/{group['id']}",
            f"/entra/users/{user_id}",
            f"/entra/groups/{world.group(payload, user_id)}",
        ]
    return found


def test_no_attribute_is_ever_more_than_text(open_window, company, planted, wire_log):
    wire_log.newest()
    page, dialogs, found = open_window(), [], []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    chromium.sign_in(page, company)
    page.add_init_script("window.planted = () => alert('planted')")

    for address in planted:
        page.goto(address, wait_until="domcontentloaded")
        found += [f"{address}: {each}" for each in page.evaluate(FOUND)]

    assert found == []
    assert dialogs == []


@pytest.mark.parametrize("payload", PAYLOADS[:4])
def test_what_is_no_text_would_be_found(open_window, payload):
    page = open_window()
    page.set_content(f"<script>function planted() {{}}</script><p>{payload}</p>")

    assert page.evaluate(FOUND)
