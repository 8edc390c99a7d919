"""Reads messages with Python's email package: python3 judge.py FILE... prints a line of JSON for each, with the fields of `tell mime --json`.

A field that Python cannot read is {"error": "..."}. The octets of an enclosed message are null: Python only knows them as it would write them.
"""
import email
import hashlib
import json
import os
import sys
from email import policy


def clean(text):
    # JSON that other programs read has no lone surrogates.
    return None if text is None else str(text).encode("utf-8", "surrogateescape" if is_escaped(str(text)) else "replace").decode("utf-8", "replace")


def is_escaped(text):
    return all(0xDC80 <= ord(c) <= 0xDCFF for c in text if 0xD800 <= ord(c) <= 0xDFFF)


def tried(read):
    try:
        return read()
    except Exception as problem:
        return {"error": f"{type(problem).__name__}: {problem}"}


def subject(message):
    value = message["subject"]
    return None if value is None else clean(value)


def sender(message):
    value = message["from"]
    if value is None or not value.addresses:
        return {"address": None, "name": None}
    return {"address": clean(value.addresses[0].addr_spec), "name": clean(value.addresses[0].display_name)}


def shown(message, parent=None, first=True):
    """The parts with their multipart, enclosed messages closed."""
    yield message, parent, first
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for number, part in enumerate(message.get_payload()):
            yield from shown(part, message, number == 0)


def is_unparted(part):
    """True for a multipart in which Python finds no parts, but a text."""
    return part.get_content_maintype() == "multipart" and not part.is_multipart() and part.get_payload().strip() != ""


def body(message, subtype):
    for part, _, _ in shown(message):
        if is_unparted(part) and subtype == "plain":
            return part.get_payload(decode=True).decode("utf-8", "replace").replace("\r\n", "\n")
        if part.get_content_type() == "text/" + subtype and not part.is_multipart() and part.get_content_disposition() != "attachment":
            return clean(part.get_content()).replace("\r\n", "\n")
    return None


def octets(part):
    if part.is_multipart():
        return {"size": None, "sha256": None}
    payload = part.get_payload(decode=True)
    return {"size": len(payload), "sha256": hashlib.sha256(payload).hexdigest()}


def is_file(part, parent, first):
    if part.get_content_maintype() == "multipart":
        return False
    if part.get_content_disposition() == "attachment" or part.get_filename() or part.get_content_maintype() == "message":
        return True
    in_related = parent is not None and parent.get_content_type() == "multipart/related" and not is_root(part, parent, first)
    return part.get_content_maintype() != "text" and part.get_content_disposition() != "inline" and not in_related


def is_root(part, related, first):
    start, own = related.get_param("start"), part["content-id"]
    return start == own if start and own else first


def files(message):
    return [{"name": clean(part.get_filename()) or None, "type": part.get_content_type(), **octets(part)} for part, parent, first in shown(message) if is_file(part, parent, first)]


def parts(message):
    return [{"type": part.get_content_type(), **octets(part)} for part in message.walk() if not part.is_multipart()]


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        # message_from_binary_file would turn each CR LF into LF before it parses, and other octets would be hashed than are in the file.
        message = email.message_from_bytes(file.read(), policy=policy.default)
    print(json.dumps({
        "file": os.path.splitext(os.path.basename(path))[0],
        "subject": tried(lambda: subject(message)),
        "from": tried(lambda: sender(message)),
        "text": tried(lambda: body(message, "plain")),
        "html": tried(lambda: body(message, "html")),
        "attachments": tried(lambda: files(message)),
        "parts": tried(lambda: parts(message)),
    }))
