"""Every target by its name."""

from tests.fuzzing import (
    saml_targets,
    scim_targets,
    secret_targets,
    simulator_targets,
)

TARGETS = {
    **scim_targets.TARGETS,
    **secret_targets.TARGETS,
    **simulator_targets.TARGETS,
    **saml_targets.TARGETS,
}
