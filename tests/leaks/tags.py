"""Where what an associate can read comes from (privacy.md 4.3, N5): in the schemas of what the hub sends to handhelds and
consoles every value says its source in "x-source", one of a closed list. A value without one, with another one, or a
schema of which nobody said who reads it, is reported.

    tags.py FOLDER        checks proto/schema
    tags.py --plants FOLDER   shows that it can fail: takes tags away, one a schema, and adds a schema
"""
import copy
import json
import os
import sys

SOURCES = {
    "constant": "the same in every frame of its kind",
    "visible-lines": "made of the lines that the rules show this viewer, by project() alone",
    "own-field-rule": "a field of the card with a rule of its own",
    "rulebook": "id or text of a rule in force",
    "stream": "the viewer's own stream: its numbers, its epoch",
    "visit": "what people did since she came in: states, times, places, who answers, how many came today",
    "roster": "the store's own people, departments and name",
    "sensors": "the access points",
    "own-sale": "what the viewer rang up herself today",
    "secret": "random, made for this answer",
    "clock": "the hub's time",
    "house": "the house rules that a manager set, their bounds and who set them",
    "lab": "what rules would do: counts over all customers, none below five, and made-up customers",
    "own-account": "the manager's own password and factor",
    "own-week": "what the viewer herself was asked and did in a week that is over, or ten customers said of it",
    "files": "how many rows of each kind the store's own files had, which lines of them are wrong, and why: no value of one",
    "own-device": "what this device itself sent when it was paired",
    "tried": "how a walk-in test went, which nobody walked into: what devices did by themselves",
    "measured": "how long the store's devices took, all together, none of fewer than five",
    "counted": "weekly counts of the store and its teams, ten customers behind each, nobody in it",
}
# Only a card tells of purchases and of her words.
OF_CARDS = {"visible-lines", "own-field-rule"}
# Answers that no associate gets: the customer's own, the door sign's, the till's, the operator's.
OTHERS = {"now", "look", "my_card", "notes", "receipt", "receipts", "receipt_key", "code", "till_invited", "walked"}
FACES = ("customer.", "handheld.", "console.", "till.", "sign.", "any.", "operator.", "agent.")


def leaves(schema, node, path, tag):
    """Every value below node that has no members of its own: (path, tag)."""
    tag = node.get("x-source", tag)
    inside = False
    for part in ("properties", "$defs"):
        for name, member in node.get(part, {}).items():
            inside = inside or part == "properties"
            if "$ref" in member and "x-source" not in member:
                continue  # tagged where it is defined
            yield from leaves(schema, member, path + "/" + name, tag)
    for member in node.get("allOf", []) + node.get("oneOf", []):
        if "$ref" not in member:
            inside = True
            yield from leaves(schema, member, path, tag)
    if "items" in node:
        inside = True
        if "$ref" not in node["items"]:
            yield from leaves(schema, node["items"], path + "[]", tag)
    container = inside or "$defs" in node or "allOf" in node or "oneOf" in node or "properties" in node
    if not container and node.keys() - {"required", "description"}:
        yield path, tag


def check(name, schema):
    found = []
    for path, tag in leaves(schema, schema, "", None):
        if tag is None:
            found.append(f"{name}{path}: no x-source")
        elif tag not in SOURCES:
            found.append(f"{name}{path}: x-source {tag} is none of the list")
        elif tag in OF_CARDS and name not in ("card.json", "cards.json"):
            found.append(f"{name}{path}: only a card may be made of {tag}")
    return found


def readable(name):
    return not name.startswith(FACES) and name.removesuffix(".json") not in OTHERS


def load(folder):
    schemas = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith(".json") and readable(name):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                schemas[name] = json.load(file)
    return schemas


def strip_first(node):
    if isinstance(node, dict):
        if "x-source" in node:
            del node["x-source"]
            return True
        return any(strip_first(member) for member in node.values())
    return isinstance(node, list) and any(strip_first(member) for member in node)


def plants(schemas):
    missed = []
    for name, schema in schemas.items():
        planted = copy.deepcopy(schema)
        # A schema without members has nothing to say.
        if strip_first(planted) and not check(name, planted):
            missed.append(f"{name}: a tag was taken away, and nobody noticed")
    if not check("new.json", {"properties": {"x": {"type": "string"}}}):
        missed.append("a schema without tags passes")
    if not check("new.json", {"properties": {"x": {"type": "string", "x-source": "raw-rows"}}}):
        missed.append("an unknown source passes")
    if not check("board.json", {"properties": {"x": {"type": "string", "x-source": "visible-lines"}}}):
        missed.append("lines on the board pass")
    return missed


def main():
    schemas = load(sys.argv[-1])
    if "--plants" in sys.argv:
        found = plants(schemas)
    else:
        found = [text for name, schema in schemas.items() for text in check(name, schema)]
    print("\n".join(found))
    values = sum(1 for schema in schemas.values() for _ in leaves(schema, schema, "", None))
    print(f"# {len(schemas)} schemas of what associates read, {values} values")
    return bool(found) or values < 60


sys.exit(main())
