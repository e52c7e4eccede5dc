"""The tutorial's 19 user and 3 group attributes, through Entra's whole life of them."""

import pytest

from tests.messages import entra_group, entra_user, operation, patch

USER_ATTRIBUTES = {
    "userName": "ann@contoso.example",
    "externalId": "ann.lee",
    "displayName": "Ann Lee",
    "title": "Engineer",
    'emails[type eq "work"].value': "ann.lee@contoso.example",
    "preferredLanguage": "pt-PT",
    "department": "Roads",
    'addresses[type eq "work"].country': "PT",
    'addresses[type eq "work"].locality': "Lisbon",
    'addresses[type eq "work"].region': "Lisboa",
    'addresses[type eq "work"].postalCode': "1100-148",
    'addresses[type eq "work"].formatted': "Praça 1\n1100-148 Lisbon",
    'addresses[type eq "work"].streetAddress': "Praça 1",
    "name.givenName": "Ann",
    "name.familyName": "Lee",
    "name.formatted": "Ann Lee",
    'phoneNumbers[type eq "mobile"].value': "+351 912 345 678",
    'phoneNumbers[type eq "work"].value': "+351 210 000 000",
    "locale": "pt-PT",
}

OPERATIONS = {"legacy": ("Add", "Replace"), "aadOptscim062020": ("add", "replace")}


def test_there_are_nineteen_of_them():
    assert len(USER_ATTRIBUTES) == 19


@pytest.mark.parametrize("dialect", OPERATIONS)
@pytest.mark.parametrize("path", [p for p in USER_ATTRIBUTES if p != "userName"])
def test_an_attribute_is_added_replaced_and_found(entra, path, dialect):
    add, replace = OPERATIONS[dialect]
    ann = entra.create_user("ann@contoso.example")
    first, second = USER_ATTRIBUTES[path], f"{USER_ATTRIBUTES[path]}2"

    for op, value in ((add, first), (replace, second)):
        answer = entra.patch(f"/Users/{ann['id']}", patch(operation(op, path, value)))
        assert answer.status_code == 200, answer.text
        assert [u["id"] for u in entra.where(path, value)] == [ann["id"]]

    assert entra.where(path, first) == []


@pytest.mark.parametrize("dialect", OPERATIONS)
def test_all_of_them_survive_in_one_patch(entra, dialect):
    add, _ = OPERATIONS[dialect]
    ann = entra.create_user("somebody@contoso.example")
    operations = [
        operation(add, path, value) for path, value in USER_ATTRIBUTES.items()
    ]

    answer = entra.patch(f"/Users/{ann['id']}", patch(*operations))

    assert answer.status_code == 200
    for path, value in USER_ATTRIBUTES.items():
        assert [user["id"] for user in entra.where(path, value)] == [ann["id"]]


def test_all_of_them_survive_a_create(entra):
    created = entra.post(
        "/Users",
        entra_user(
            "ann@contoso.example",
            externalId="ann.lee",
            displayName="Ann Lee",
            title="Engineer",
            emails=[
                {"primary": True, "type": "work", "value": "ann.lee@contoso.example"}
            ],
            preferredLanguage="pt-PT",
            department="Roads",
            locale="pt-PT",
            addresses=[
                {
                    "type": "work",
                    "country": "PT",
                    "locality": "Lisbon",
                    "region": "Lisboa",
                    "postalCode": "1100-148",
                    "formatted": "Praça 1\n1100-148 Lisbon",
                    "streetAddress": "Praça 1",
                }
            ],
            name={"givenName": "Ann", "familyName": "Lee", "formatted": "Ann Lee"},
            phoneNumbers=[
                {"type": "mobile", "value": "+351 912 345 678"},
                {"type": "work", "value": "+351 210 000 000"},
            ],
        ),
    )

    assert created.status_code == 201
    for path, value in USER_ATTRIBUTES.items():
        assert [u["id"] for u in entra.where(path, value)] == [created.json()["id"]], (
            path
        )


def test_a_new_style_pathless_replace_carries_flattened_keys(entra):
    ann = entra.create_user("ann@contoso.example")
    urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

    answer = entra.patch(
        f"/Users/{ann['id']}",
        patch(
            operation("replace", 'emails[type eq "work"].value', "t@x.example"),
            operation(
                "replace",
                None,
                {
                    "displayName": "Bjfe",
                    "name.givenName": "Kkom",
                    "name.familyName": "Unua",
                    "active": False,
                    f"{urn}:employeeNumber": "Aklq",
                },
            ),
        ),
    ).json()

    assert answer["displayName"] == "Bjfe"
    assert answer["name"] == {"givenName": "Kkom", "familyName": "Unua"}
    assert answer["emails"][0]["value"] == "t@x.example"
    assert answer["active"] is False
    assert answer[urn]["employeeNumber"] == "Aklq"


@pytest.mark.parametrize("dialect", OPERATIONS)
def test_the_three_group_attributes_survive(entra, dialect):
    add, replace = OPERATIONS[dialect]
    ann = entra.create_user()
    group = entra.post("/Groups", entra_group("Roads", externalId="g-1")).json()

    for change in (
        operation(replace, "displayName", "Streets"),
        operation(replace, "externalId", "g-2"),
        operation(add, "members", [{"$ref": None, "value": ann["id"]}]),
    ):
        assert entra.patch(f"/Groups/{group['id']}", patch(change)).status_code == 204

    read = entra.get(f"/Groups/{group['id']}").json()
    assert (read["displayName"], read["externalId"]) == ("Streets", "g-2")
    assert [member["value"] for member in read["members"]] == [ann["id"]]
    for path, value in (
        ("displayName", "STREETS"),
        ("externalId", "g-2"),
        ("members", ann["id"]),
    ):
        found = entra.get("/Groups", params={"filter": f'{path} eq "{value}"'}).json()
        assert found["totalResults"] == 1
