"""What schemathesis must know of this API."""

import itertools
import os

import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

CALLS = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    """Every call comes from an address of its own: else the limit of pairings would answer instead of the pairing."""
    case.body = whole(case.body)
    number = next(CALLS)
    case.headers = {**(case.headers or {}), "X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}


def whole(body):
    """9.0 as 9: JSON Schema takes it for an integer, serde does not, and no phone writes it."""
    match body:
        case float() if body.is_integer():
            return int(body)
        case list():
            return [whole(item) for item in body]
        case dict():
            return {key: whole(item) for key, item in body.items()}
    return body


@schemathesis.auth()
class Phone:
    """The token that check.py has paired for."""

    def get(self, case, context):
        return os.environ["TOKEN"]

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}
