"""Reading the request that Envoy sends to an identity provider."""

import base64
import zlib

from lxml import etree


def opened(encoded):
    """Return the root of an AuthnRequest in the HTTP-Redirect binding."""
    return etree.fromstring(zlib.decompress(base64.b64decode(encoded), -15))
