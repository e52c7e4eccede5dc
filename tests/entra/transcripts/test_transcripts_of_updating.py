"""What a user was changed by, and nothing else: each request to the byte, in both dialects
(spec §1.5, §1.8).
"""

from tests.entra.transcripts.script import created, patch, read, there

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
MANAGER = f"{ENTERPRISE}:manager"
WORK = 'emails[type eq "work"].value'


def test_a_known_user_is_read_and_then_changed(world, with_ada, ada, said):
    world.edit(
        ada,
        display_name="Ada King",
        attributes={
            "mail": "king@contoso.example",
            "jobTitle": "Countess",
            "department": "Sums",
            "givenName": "Ada",
        },
    )

    with_ada.cycle(
        read("u-1", there("u-1", "ada", name={"givenName": "Augusta"}, title="")),
        patch(
            "Users/u-1",
            *said(
                legacy=[
                    {"op": "Replace", "path": "displayName", "value": "Ada King"},
                    {"op": "Add", "path": "title", "value": "Countess"},
                    {"op": "Replace", "path": WORK, "value": "king@contoso.example"},
                    {"op": "Add", "path": "department", "value": "Sums"},
                    {"op": "Replace", "path": "name.givenName", "value": "Ada"},
                    {"op": "Add", "path": "name.formatted", "value": "Ada"},
                ],
                compliant=[
                    {"op": "replace", "path": WORK, "value": "king@contoso.example"},
                    {
                        "op": "add",
                        "value": {
                            "title": "Countess",
                            "department": "Sums",
                            "name.formatted": "Ada",
                        },
                    },
                    {
                        "op": "replace",
                        "value": {"displayName": "Ada King", "name.givenName": "Ada"},
                    },
                ],
            ),
        ),
    )


def test_a_known_user_who_does_not_differ_is_only_read(world, with_ada, ada):
    world.edit(ada, attributes={"city": ""})

    with_ada.cycle(read("u-1", there("u-1", "ada")))


def test_what_is_cleared_in_the_tenant_is_not_sent(world, with_ada, ada):
    world.edit(ada, attributes={"mail": ""})

    with_ada.cycle(read("u-1", there("u-1", "ada", title="Clerk")))


def test_a_manager_is_changed_and_taken_away_alone(world, play, ada, said):
    script = play("custom-scim")
    boss, chief = world.user("boss"), world.user("chief")
    script.app.assign(users=(ada, boss, chief))
    script.cycle(
        *created("ada", "u-1"), *created("boss", "u-2"), *created("chief", "u-3")
    )
    unchanged = read("u-1", there("u-1", "ada"))

    def told(*legacy, compliant):
        return patch("Users/u-1", said(legacy=legacy[0], compliant=compliant))

    world.edit(ada, manager_id=boss)
    script.cycle(
        unchanged,
        told(
            {"op": "Add", "path": MANAGER, "value": "u-2"},
            compliant={"op": "add", "path": MANAGER, "value": {"value": "u-2"}},
        ),
    )
    world.edit(ada, manager_id=chief)
    script.cycle(
        unchanged,
        told(
            {"op": "Replace", "path": MANAGER, "value": "u-3"},
            compliant={"op": "replace", "path": MANAGER, "value": {"value": "u-3"}},
        ),
    )
    world.edit(ada, manager_id=None)
    script.cycle(
        unchanged,
        told(
            {"op": "Remove", "path": MANAGER},
            compliant={"op": "remove", "path": MANAGER},
        ),
    )
