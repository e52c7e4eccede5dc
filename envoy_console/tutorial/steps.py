"""The 31 steps of the tutorial, as data.

Microsoft's tutorial “Configure Envoy for automatic user provisioning with Microsoft
Entra ID” has six steps; we count what is done in each, so step 5.6 is the sixth deed of
step 5. `number` is what the tutorial itself writes, which counts 1, 1, 1, 3, 4, … there.
`changed` says where the live portals have moved on since it was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ENVOY, ENTRA = "envoy", "entra"

CONSOLES = {ENVOY: "Envoy console", ENTRA: "Entra console"}

GROUPS = {
    "1": "Plan your provisioning deployment",
    "2": "Configure Envoy to support provisioning with Microsoft Entra ID",
    "3": "Add Envoy from the Microsoft Entra application gallery",
    "4": "Define who will be in scope for provisioning",
    "5": "Configure automatic user provisioning to Envoy",
    "6": "Monitor your deployment",
}

# `values` of a step that names the company's own application
OWN_APP = {"app_id": ""}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to do, where, and when the server takes it as done."""

    id: str
    number: str
    title: str
    text: str
    console: str
    endpoint: str
    # the `data-tour` of the control that “Show me” points at
    tour: str
    done_when: str
    values: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False
    changed: str = ""

    @property
    def group(self) -> str:
        """The step of Microsoft's tutorial that this one belongs to."""
        return self.id.partition(".")[0]

    @property
    def is_primer(self) -> bool:
        """Whether there is nothing to do but to read."""
        return self.endpoint == "tutorial.primer"


STEPS = (
    Step(
        "1.1",
        "Step 1, items 1 and 2",
        "Determine who will be in scope for provisioning",
        "Learn how the provisioning service works, and decide whom it should create in "
        "Envoy: everybody, or only those who are assigned to the application.",
        ENVOY,
        "tutorial.primer",
        "mark-read",
        "The page is marked as read.",
        {"step_id": "1.1"},
    ),
    Step(
        "1.2",
        "Step 1, item 3",
        "Determine what data to map between Microsoft Entra ID and Envoy",
        "Look at which attributes of a user and of a group go to Envoy, and what they "
        "are called there.",
        ENVOY,
        "tutorial.primer",
        "mark-read",
        "The page is marked as read.",
        {"step_id": "1.2"},
    ),
    Step(
        "2.1",
        "Step 2, item 1",
        "Sign in to your Envoy Admin Console and click Integrations",
        "Choose All integrations in the menu of the Envoy console.",
        ENVOY,
        "console.all_integrations",
        "integrations",
        "All integrations has been opened.",
        changed="The live menu is Apps (at times Integrations), then Directory and SSO, "
        "then Directory Settings.",
    ),
    Step(
        "2.2",
        "Step 2, item 2",
        "Click Install for the Microsoft Azure SCIM integration",
        "It is the first card under Directory.",
        ENVOY,
        "console.all_integrations",
        "install",
        "The integration is installed.",
        changed="The live card is called Microsoft Azure AD or Microsoft Entra AD.",
    ),
    Step(
        "2.3",
        "Step 2, item 3",
        "Click Save for Sync all users",
        "Leave Sync all users chosen and press Save. The first Save issues the token.",
        ENVOY,
        "console.azure_scim",
        "save-sync",
        "Who to sync is saved.",
    ),
    Step(
        "2.4",
        "Step 2, item 4",
        "Copy the OAUTH BEARER TOKEN",
        "Press Copy beside it. You will paste it into Secret Token in the Entra console.",
        ENVOY,
        "console.azure_scim",
        "copy-token",
        "The token has been copied or revealed, or a request has come with it.",
    ),
    Step(
        "3.1",
        "Step 3",
        "Choose New application",
        "Go to Enterprise applications in the Entra console and press New application.",
        ENTRA,
        "entra.apps",
        "new-application",
        "The gallery has been opened.",
        changed="The live path is Entra ID, then Enterprise apps.",
    ),
    Step(
        "3.2",
        "Step 3",
        "Search the gallery for Envoy",
        "Type Envoy into the search box and choose the application.",
        ENTRA,
        "entra.browse_gallery",
        "gallery-search",
        "Envoy has been opened in the gallery.",
    ),
    Step(
        "3.3",
        "Step 3",
        "Create the application",
        "Leave the name as it is and press Create. A separate application is recommended "
        "while you test, also where Envoy is set up for single sign-on already.",
        ENTRA,
        "entra.gallery_app",
        "create-app",
        "The application is in the tenant.",
        {"template_id": "envoy"},
    ),
    Step(
        "4.1",
        "Step 4",
        "Assign a user to the application",
        "Start small: press Add user/group, select one or two users and press Assign.",
        ENTRA,
        "entra.users_and_groups",
        "add-user-group",
        "A user is assigned.",
        OWN_APP,
    ),
    Step(
        "4.2",
        "Step 4",
        "Assign a group to the application",
        "Press Add user/group again, select a group and press Assign. Its direct members "
        "are in scope, those of groups within it are not.",
        ENTRA,
        "entra.users_and_groups",
        "add-user-group",
        "A group is assigned.",
        OWN_APP,
    ),
    Step(
        "4.3",
        "Step 4",
        "Consider a scoping filter",
        "With Sync all users and groups a filter on attributes would choose whom to "
        "provision. Look at where it is set up; there is no need for one now.",
        ENTRA,
        "entra.scoping_filters",
        "add-filter",
        "The scoping filters have been opened, or the step is skipped.",
        {**OWN_APP, "kind": "users"},
        optional=True,
    ),
    Step(
        "5.1",
        "Step 5, item 1",
        "Sign in to the Microsoft Entra admin center",
        "You are signed in here already: open the home page of the Entra console.",
        ENTRA,
        "entra.home",
        "entra-home",
        "The home page of the Entra console has been opened.",
    ),
    Step(
        "5.2",
        "Step 5, item 1 (the second)",
        "Browse to Identity > Applications > Enterprise applications",
        "Choose Enterprise applications in the menu.",
        ENTRA,
        "entra.apps",
        "enterprise-applications",
        "The list of applications has been opened.",
        changed="The live path is Entra ID, then Enterprise apps.",
    ),
    Step(
        "5.3",
        "Step 5, item 1 (the third)",
        "In the applications list, select Envoy",
        "Choose the application that you have added.",
        ENTRA,
        "entra.apps",
        "app",
        "The application has been opened.",
    ),
    Step(
        "5.4",
        "Step 5, item 3",
        "Select the Provisioning tab",
        "Choose Provisioning in the menu of the application.",
        ENTRA,
        "entra.app_overview",
        "provisioning",
        "The page Provisioning has been opened.",
        OWN_APP,
        changed="The newest portal opens an overview first; what is set up here is "
        "spread over Connect your application, Properties and Attribute mapping.",
    ),
    Step(
        "5.5",
        "Step 5, item 4",
        "Set the Provisioning Mode to Automatic",
        "Choose Automatic. The other sections of the page belong to it.",
        ENTRA,
        "entra.edit_provisioning",
        "mode",
        "Automatic is chosen.",
        OWN_APP,
        changed="The newest portal has no Provisioning Mode: there you press New "
        "configuration, and Create in the end.",
    ),
    Step(
        "5.6",
        "Step 5, item 5",
        "Enter Tenant URL and Secret Token, and click Test Connection",
        "Tenant URL is https://app.envoy.com/scim/v2, which this server answers itself. "
        "Paste the OAUTH BEARER TOKEN into Secret Token and press Test Connection.",
        ENTRA,
        "entra.edit_provisioning",
        "test-connection",
        "A connection test has succeeded.",
        OWN_APP,
    ),
    Step(
        "5.7",
        "Step 5, item 6",
        "Enter a Notification Email",
        "Enter an email address, and tick Send an email notification when a failure "
        "occurs. The mails of this simulation stay in the Outbox.",
        ENTRA,
        "entra.edit_provisioning",
        "notification-email",
        "An address is entered and the box is ticked.",
        OWN_APP,
        changed="In the live portal it has moved to Settings.",
    ),
    Step(
        "5.8",
        "Step 5, item 7",
        "Select Save",
        "Press Save. The sections Mappings and Settings appear.",
        ENTRA,
        "entra.edit_provisioning",
        "save",
        "The configuration is saved.",
        OWN_APP,
    ),
    Step(
        "5.9",
        "Step 5, item 8",
        "Select Synchronize Microsoft Entra users to Envoy",
        "You find it under Mappings.",
        ENTRA,
        "entra.edit_provisioning",
        "users-mapping",
        "The mapping of users has been opened.",
        OWN_APP,
        changed="The live portal calls it Provision Microsoft Entra ID Users.",
    ),
    Step(
        "5.10",
        "Step 5, item 9",
        "Review the user attributes and select Save",
        "userName is the Matching property: it finds the account in Envoy that an update "
        "is for. Press Save, also when you change nothing.",
        ENTRA,
        "entra.attribute_mapping",
        "save-mapping",
        "Save has been pressed in the mapping of users.",
        {**OWN_APP, "kind": "users"},
    ),
    Step(
        "5.11",
        "Step 5, item 10",
        "Select Synchronize Microsoft Entra groups to Envoy",
        "You find it under Mappings, below that of the users.",
        ENTRA,
        "entra.edit_provisioning",
        "groups-mapping",
        "The mapping of groups has been opened.",
        OWN_APP,
        changed="The live portal calls it Provision Microsoft Entra ID Groups.",
    ),
    Step(
        "5.12",
        "Step 5, item 11",
        "Review the group attributes and select Save",
        "displayName is the Matching property of groups. Press Save, also when you "
        "change nothing.",
        ENTRA,
        "entra.attribute_mapping",
        "save-mapping",
        "Save has been pressed in the mapping of groups.",
        {**OWN_APP, "kind": "groups"},
    ),
    Step(
        "5.13",
        "Step 5, item 12",
        "Configure a scoping filter",
        "Press Add scoping filter, add a clause such as department EQUALS Workplace, and "
        "save the mapping. Skip this step to provision all who are assigned.",
        ENTRA,
        "entra.scoping_filters",
        "add-filter",
        "A mapping with a scoping filter is saved, or the step is skipped.",
        {**OWN_APP, "kind": "users"},
        optional=True,
    ),
    Step(
        "5.14",
        "Step 5, item 13",
        "Change the Provisioning Status to On",
        "You find it in Settings. It takes effect with the Save of step 5.16.",
        ENTRA,
        "entra.edit_provisioning",
        "provisioning-status",
        "On is chosen.",
        OWN_APP,
        changed="The live portal has a button Start provisioning on its overview.",
    ),
    Step(
        "5.15",
        "Step 5, item 14",
        "Choose the Scope",
        "Sync only assigned users and groups is right for a small test. It is kept by "
        "the Save of the next step.",
        ENTRA,
        "entra.edit_provisioning",
        "scope",
        "A Scope has been chosen, or is saved with the status On.",
        OWN_APP,
    ),
    Step(
        "5.16",
        "Step 5, item 15",
        "Click Save to start the initial cycle",
        "Press Save. The initial cycle begins; later cycles follow about every 40 "
        "minutes, sped up here.",
        ENTRA,
        "entra.edit_provisioning",
        "save",
        "A provisioning cycle has begun.",
        OWN_APP,
    ),
    Step(
        "6.1",
        "Step 6, first point",
        "Use the provisioning logs",
        "See which users have been provisioned successfully or unsuccessfully. Open one "
        "that failed and read Troubleshooting & Recommendations.",
        ENTRA,
        "entra.provisioning_logs",
        "provisioning-logs",
        "The provisioning logs have been opened.",
        OWN_APP,
    ),
    Step(
        "6.2",
        "Step 6, second point",
        "Check the progress bar",
        "Watch the status of the cycle, and how close it is to completion.",
        ENTRA,
        "entra.provisioning_overview",
        "cycle",
        "A provisioning cycle has finished.",
        OWN_APP,
    ),
    Step(
        "6.3",
        "Step 6, third point",
        "See an application go into quarantine, and bring it out again",
        "Rotate the token in the Envoy console so that the old one stops at once, and "
        "watch the next cycle. Then enter the new token in Provisioning, save, and "
        "choose Restart provisioning on the overview. Where the fault card made the "
        "quarantine, switch it off instead.",
        ENVOY,
        "console.azure_scim",
        "rotate-token",
        "The application has been in quarantine and is out of it.",
    ),
)

BY_ID = {step.id: step for step in STEPS}
ORDER = {step.id: place for place, step in enumerate(STEPS)}


def between(first: str, last: str) -> frozenset[str]:
    """Return the ids of the steps from `first` to `last`."""
    return frozenset(step.id for step in STEPS[ORDER[first] : ORDER[last] + 1])


def onward(first: str) -> frozenset[str]:
    """Return the ids of the step `first` and all that follow."""
    return between(first, STEPS[-1].id)
