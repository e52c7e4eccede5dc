"""The catalogue that the Expression builder shows."""

import pytest

from envoy_console.entra import expressions
from envoy_console.entra.expressions import FUNCTIONS

NAMES = """
    Append AppRoleAssignmentsComplex AssertiveAppRoleAssignmentsComplex BitAnd CBool CDate
    Coalesce ConvertToBase64 ConvertToUTF8Hex Count CStr DateAdd DateDiff DateFromNum
    FormatDateTime Guid IgnoreFlowIfNullOrEmpty IIF InStr IsNull IsNullOrEmpty IsPresent
    IsString Item Join Left Mid NormalizeDiacritics Not Now NumFromDate PCase RandomString
    Redact RemoveDuplicates Replace SingleAppRoleAssignment Split StripSpaces Switch ToLower
    ToUpper Word
"""

ANN = {
    "mail": "ann@contoso.example",
    "userPrincipalName": "ann@contoso.example",
    "mailNickname": "ann",
    "displayName": "Ann Lee",
    "givenName": "Ann",
    "surname": "Lee",
    "department": "Sales",
    "jobTitle": "Engineer",
    "employeeId": "701984",
    "country": "US",
    "state": "WA",
    "city": "Seattle",
    "accountEnabled": True,
    "IsSoftDeleted": False,
    "extensionAttribute5": "red, blue",
    "appRoleAssignments": ["User"],
}


def test_the_catalogue_has_every_function_that_is_not_for_active_directory_alone():
    assert set(FUNCTIONS) == set(NAMES.split())


def test_the_catalogue_is_in_order():
    assert list(FUNCTIONS) == sorted(FUNCTIONS, key=str.lower)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_example_is_of_its_function_and_has_a_value(name):
    function = FUNCTIONS[name]
    example = expressions.parse(function.example)
    assert function.example.startswith(f"{name}(")
    assert function.signature.startswith(f"{name}(")
    assert function.description.endswith(".")
    assert example.attributes <= set(ANN)
    assert example.evaluate(ANN) not in (None, "", [])
