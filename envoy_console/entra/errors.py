"""What an administrator of the tenant may not do, in words that say what to do instead."""


class EntraError(Exception):
    """A rule of the tenant was broken; the text is for the person who broke it."""


class UnknownError(EntraError):
    """There is no such user, group or app in this tenant."""
