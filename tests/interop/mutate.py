"""Damages XML documents, one small change at a time, always in the same way.

`mutations(document)` yields `(name, bytes)`. Most results break the contract, many do not: both matter, because a
validator must refuse the former and take the latter.
"""

import copy
import urllib.parse

from lxml import etree

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XS = "http://www.w3.org/2001/XMLSchema"
TYPE = f"{{{XSI}}}type"
NIL = f"{{{XSI}}}nil"

# Put in place of the text of every simple element: the edges of the types the contracts use.
VALUES = [
    "", " ", "x", "0", "-0", "1", "+1", "007", "-1", "1.0", "1e3", "100", "101", "99999999", "100000000", "100000001",
    "2147483647", "2147483648", "-2147483648", "99999999999999999999", " 1 ", "\t1\n", "1 1", "\u0661", "\u00a01",
    "true", "false", "TRUE", " true ", "yes", "DK", "D", "DANMA", "1550", "15500", "155", "12345678", "123456789", "-2",
    "0101575001", "010157500", "01015750011", "3102575001", "3002575001", "2902575001", "0000000000", " 0101575001",
    "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3F2504E0-4F89-41D3-9A0C-0305E82C3301",
    "{3f2504e0-4f89-41d3-9a0c-0305e82c3301}", "3f2504e0-4f89-41d3-9a0c-0305e82c330", "3f2504e04f8941d39a0c0305e82c3301",
    "2026-04-14T09:00:00", "2026-04-14T09:00:00Z", "2026-04-14T09:00:00+02:00", "2026-04-14T09:00:00.1234567+02:00",
    "2026-04-14T09:00:00.", "2026-04-14T09:00", "2026-04-14", "09:00:00", "2026-4-14T09:00:00", "2026-02-29T09:00:00",
    "2024-02-29T09:00:00", "2026-04-31T09:00:00", "2026-13-01T09:00:00", "2026-04-14T24:00:00", "2026-04-14T24:00:01",
    "2026-04-14T23:59:60", "2026-04-14T09:60:00", "2026-04-14T09:00:00+14:00", "2026-04-14T09:00:00+14:01",
    "2026-04-14T09:00:00+2:00", "2026-04-14T09:00:00z", "2026-04-14t09:00:00", " 2026-04-14T09:00:00 ",
    "12026-04-14T09:00:00", "-0044-03-15T09:00:00", "0000-04-14T09:00:00", "026-04-14T09:00:00",
    "a@b.dk", "@b", "a@", "a b@c.dk", "a@b@c", "a" * 192 + "@b.dk", "a@" + "b" * 65,
    "\u00e6" * 10, "\u00e6" * 11, "\u00e6" * 40, "\u00e6" * 41, "\U0001f600" * 40, "n" * 140, "n" * 141,
    "i" * 255, "i" * 256, "two\nlines", "  spaces  ",
]  # fmt: skip


def place(element):
    """Where it stands: local names from below the root, with an index where a name repeats."""
    steps = []
    while (parent := element.getparent()) is not None:
        same = [e for e in parent if e.tag == element.tag]
        index = f"_{same.index(element) + 1}" if len(same) > 1 else ""
        steps.insert(0, etree.QName(element).localname + index)
        element = parent
    return "-".join(steps) or "root"


def delete(e):
    if e.getparent() is None:
        return False
    e.getparent().remove(e)


def duplicate(e):
    if e.getparent() is None:
        return False
    e.addnext(copy.deepcopy(e))


def swap_with_next(e):
    following = e.getnext()
    if following is None:
        return False
    following.addnext(e)


def rename(e):
    e.tag = etree.QName(etree.QName(e).namespace, etree.QName(e).localname + "X")


def other_case(e):
    e.tag = etree.QName(etree.QName(e).namespace, etree.QName(e).localname.lower())


def other_namespace(e):
    e.tag = etree.QName("urn:other", etree.QName(e).localname)


def no_namespace(e):
    e.tag = etree.QName(e).localname


def nil(e):
    e.set(NIL, "true")


def nil_and_empty(e):
    e.set(NIL, "true")
    e.text = None
    del e[:]


def not_nil(e):
    e.set(NIL, "false")


def type_boolean(e):
    e.set(TYPE, etree.QName(XS, "boolean"))


def type_string(e):
    e.set(TYPE, etree.QName(XS, "string"))


def attribute(e):
    e.set("unknown", "1")


def attribute_of_other_namespace(e):
    e.set("{urn:other}unknown", "1")


def schema_location(e):
    e.set(f"{{{XSI}}}schemaLocation", "urn:nowhere nowhere.xsd")


def extra_child(e):
    e.append(etree.Element("{urn:other}Extra"))


def text_before_children(e):
    if not len(e):
        return False
    e.text = "text"


def text_after(e):
    if e.getparent() is None:
        return False
    e.tail = "text"


def no_children(e):
    if not len(e):
        return False
    del e[:]


def comment_in_text(e):
    if len(e) or not e.text:
        return False
    half = len(e.text) // 2
    comment = etree.Comment("half")
    comment.tail = e.text[half:]
    e.text = e.text[:half]
    e.append(comment)


def instruction_between(e):
    if e.getparent() is None:
        return False
    e.addprevious(etree.ProcessingInstruction("between", "elements"))


STRUCTURE = [
    delete, duplicate, swap_with_next, rename, other_case, other_namespace, no_namespace, no_children,
    nil, nil_and_empty, not_nil, type_boolean, type_string, attribute, attribute_of_other_namespace, schema_location,
    extra_child, text_before_children, text_after, comment_in_text, instruction_between,
]  # fmt: skip


def changed(document, index, change):
    """A copy of the document in which `change` was done to one element; nothing when it could not be."""
    tree = copy.deepcopy(document)
    element = [e for e in tree.iter() if isinstance(e.tag, str)][index]
    return None if change(element) is False else etree.tostring(tree, encoding="utf-8", xml_declaration=True)


def with_text(value):
    def change(e):
        e.text = value

    return change


def label(value):
    """The value itself, as far as a file name can hold it."""
    text = urllib.parse.quote(value, safe="+ ").replace(" ", "_")
    return f"={text}" if len(text) <= 60 else f"={text[:40]}..{len(value)}"


def mutations(document):
    """Every change to every element of the document, in document order."""
    elements = [e for e in document.iter() if isinstance(e.tag, str)]
    for index, element in enumerate(elements):
        changes = [(change.__name__, change) for change in STRUCTURE]
        if not len(element):
            changes += [(label(value), with_text(value)) for value in VALUES]
        for name, change in changes:
            if (result := changed(document, index, change)) is not None:
                yield f"{place(element)}.{name}", result
