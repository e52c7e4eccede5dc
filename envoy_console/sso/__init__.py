"""Single sign-on with SAML 2.0: Envoy as the service provider.

`policy` says whom a response vouches for, `directory/admission` whether they get in, and
`protocol` is where browsers come with a response.
"""

from flask import Flask

from envoy_console.extensions import csrf
from envoy_console.sso import blueprints, profile, protocol, settings, sign_in

# imported for their routes
VIEWS = (profile, settings, sign_in)


def init_app(app: Flask) -> None:
    """Add the addresses of the protocol, the settings, and the page of an employee."""
    csrf.exempt(protocol.acs)  # the signature takes the place of a token
    for blueprint in (blueprints.saml, blueprints.pages, blueprints.profile):
        app.register_blueprint(blueprint)
