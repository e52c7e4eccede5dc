"""The functions of expressions, as the Expression builder lists them (spec §4.2)."""

from __future__ import annotations

# how it is called, and what it gives
FUNCTIONS = (
    ("Append(source, suffix)", "The source with the suffix at its end."),
    (
        "AppRoleAssignmentsComplex([appRoleAssignments])",
        "Every role of the user, as roles of the target.",
    ),
    (
        "AssertiveAppRoleAssignmentsComplex([appRoleAssignments])",
        "The same, and roles that the target has beside them go.",
    ),
    ("BitAnd(value1, value2)", "The bits that both numbers have set."),
    ("CBool(expression)", "True or False."),
    ("CDate(expression)", "A date and time."),
    ("Coalesce(source1, source2, …)", "The first that has a value."),
    ("ConvertToBase64(source)", "Base64 of the text in UTF-16."),
    ("ConvertToUTF8Hex(source)", "The bytes of the text in UTF-8, in hexadecimal."),
    ("Count(attribute)", "How many values there are."),
    ("CStr(value)", "The value as text."),
    ("DateAdd(interval, value, dateTime)", "The date, that much later."),
    ("DateDiff(interval, date1, date2)", "How far two dates are apart."),
    ("DateFromNum(value)", "The date that a Windows file time stands for."),
    (
        "FormatDateTime(source, styles, inputFormat, outputFormat)",
        "A date in another format.",
    ),
    ("Guid()", "A new random GUID."),
    (
        "IgnoreFlowIfNullOrEmpty(expression)",
        "The value; without one the attribute is left alone.",
    ),
    (
        "IIF(condition, valueIfTrue, valueIfFalse)",
        "One of two values. Conditions compare by =, <>, <, <=, > or >=.",
    ),
    ("InStr(value1, value2, start, compareType)", "Where one text is in another."),
    ("IsNull(expression)", "Whether there is no value."),
    ("IsNullOrEmpty(expression)", "Whether there is no value, or an empty one."),
    ("IsPresent(expression)", "Whether there is a value."),
    ("IsString(expression)", "Whether the value is text."),
    ("Item(attribute, index)", "One of several values, counted from 1."),
    ("Join(separator, source1, source2, …)", "The sources in one text."),
    ("Left(string, numChars)", "The first characters."),
    ("Mid(source, start, length)", "A part of the text, counted from 1."),
    ("NormalizeDiacritics(source)", "ä becomes a, ø becomes oe, ß becomes ss, …"),
    ("Not(source)", "“True” for “False”, and the other way round."),
    ("Now()", "The present date and time."),
    ("NumFromDate(value)", "A date as a Windows file time."),
    ("PCase(source, wordSeparators)", "Each word with a capital."),
    (
        "RandomString(length, minimumNumbers, minimumSpecialCharacters, "
        "minimumCapital, minimumLowerCase, charactersToAvoid)",
        "A random text.",
    ),
    ("Redact()", "“[Redact]” in place of a value in the logs."),
    ("RemoveDuplicates(attribute)", "Each of several values once."),
    (
        "Replace(source, oldValue, regexPattern, regexGroupName, replacementValue, "
        "replacementAttributeName, template)",
        "The text with something replaced: a text, or what a pattern finds.",
    ),
    (
        "SingleAppRoleAssignment([appRoleAssignments])",
        "The one role of the user, as text.",
    ),
    ("Split(source, delimiter)", "The pieces between the delimiters."),
    ("StripSpaces(source)", "The text without its spaces."),
    (
        "Switch(source, defaultValue, key1, value1, …)",
        "The value whose key the source is; the case matters.",
    ),
    ("ToLower(source, culture)", "The text in small letters."),
    ("ToUpper(source, culture)", "The text in capitals."),
    ("Word(string, wordNumber, delimiters)", "One word of the text, counted from 1."),
)
