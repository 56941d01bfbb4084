"""A foreign SOAP client (zeep) calls the old services over mutual TLS.

Everything is generated from what the services themselves serve. Nothing in here knows a namespace, a SOAPAction or an
operation: the steps (steps.json, made ready by steps.py) name elements as the contract does, and the rest must come out
of the WSDL. That is why the same script also runs against contracts that were rewritten (drop_in.py).

Prints one line for each step; ends with 1 when one of them failed.
"""

import datetime
import json
import pathlib
import sys
import traceback
import uuid

import requests
import zeep
from lxml import etree
from zeep.transports import Transport

TEXT_XML = "text/xml; charset=utf-8"
SOAP_11, SOAP_12 = b"http://schemas.xmlsoap.org/soap/envelope/", b"http://www.w3.org/2003/05/soap-envelope"


def expect(actual, wanted, what):
    if actual != wanted:
        raise AssertionError(f"{what}: {actual!r} instead of {wanted!r}")


def session(ca, certificate=None):
    """HTTP that trusts this authority alone, whatever the environment says about proxies and authorities."""
    made = requests.Session()
    made.trust_env, made.verify = False, ca
    made.cert = (certificate["cert"], certificate["key"]) if certificate else None
    return made


class StepTransport(Transport):
    """Keeps the last HTTP answer, because zeep hides status and headers; and makes an envelope one of SOAP 1.2, because
    zeep takes the version from the WSDL."""

    last, soap_12 = None, False

    def post(self, address, message, headers):
        if self.soap_12:
            message = message.replace(SOAP_11, SOAP_12)
        self.last = super().post(address, message, headers)
        return self.last


class Service:
    """What zeep has generated for one service."""

    def __init__(self, name, description, ca):
        self.ca = ca
        self.transport = StepTransport(timeout=30, operation_timeout=60)
        self.transport.session = session(ca)
        self.client = zeep.Client(description, transport=self.transport)
        self.binding = self.client.service._binding
        address = self.client.service._binding_options["address"]
        expect(address, description.partition("?")[0], f"soap:address of {name}")

    def element(self, local_name):
        """The global element of that name, whatever namespace the contract gives it."""
        found = [e for e in self.client.wsdl.types.elements if e.qname.localname == local_name]
        expect(len(found), 1, f"global elements named {local_name}")
        return found[0]

    def headers(self, step):
        made = [self.element(name)(**members) for name, members in step["headers"].items()]
        if step.get("must_understand"):
            unknown = etree.Element("{urn:example:unknown}Unknown")
            unknown.set("{%s}mustUnderstand" % SOAP_11.decode(), "1")
            made.append(unknown)
        return made

    def call(self, step, kept):
        """The reply, or the fault as zeep raises it."""
        self.transport.session = session(self.ca, step["certificate"])
        self.transport.soap_12 = step.get("soap") == "1.2"
        port = self.client.create_service(self.binding.name, step["url"])
        return port[step["operation"]](**filled(step["request"], kept), _soapheaders=self.headers(step))

    def fault_details(self, fault):
        """FaultDetails as the type the contract declares, or None."""
        found = [] if fault.detail is None else list(fault.detail)
        return self.client.wsdl.types.deserialize(found[0]) if found else None


def filled(value, kept):
    """The value with what was kept in place of each `[name]`."""
    if isinstance(value, dict):
        return {name: filled(below, kept) for name, below in value.items()}
    if isinstance(value, list):
        return [filled(item, kept) for item in value]
    return kept[value[1:-1]] if isinstance(value, str) and value[:1] == "[" else value


def instant(value):
    """What is compared: a time is the same in every offset."""
    if isinstance(value, str) and value[10:11] == "T":
        value = datetime.datetime.fromisoformat(value)
    return value.astimezone(datetime.timezone.utc) if isinstance(value, datetime.datetime) else value


def member(value, name):
    return getattr(value, name, None) if value is not None else None


def check(expected, actual, where):
    """`actual` holds all that is expected (see steps.py)."""
    if expected == "*":
        assert actual not in (None, ""), f"{where} is missing"
    elif isinstance(expected, list):
        items = actual if isinstance(actual, list) else [] if actual is None else [actual]
        assert expected or not items, f"{where} is there"
        for item in expected:
            expect(sum(matches(item, own) for own in items), 1, f"{where} like {item}")
    elif isinstance(expected, dict):
        for name, below in expected.items():
            check(below, member(actual, name), f"{where}/{name}")
    else:
        expect(instant(actual), instant(expected), where)


def matches(expected, actual):
    try:
        check(expected, actual, "")
    except AssertionError:
        return False
    return True


def as_zeep_has_it(expected, reply):
    """zeep hands out the only child of a reply in place of the reply."""
    while isinstance(expected, dict) and len(expected) == 1 and not hasattr(reply, next(iter(expected))):
        (expected,) = expected.values()
    return expected


def check_fault(service, wanted, fault):
    """Code and text, number and text once more in the typed details; HTTP as SOAP 1.1 has it."""
    answer = service.transport.last
    expect(answer.status_code, 500, "HTTP status")
    expect(fault.code.rpartition(":")[2], wanted["code"], "faultcode")
    text, begins = fault.message, wanted.get("text_begins")
    expect(text[: len(begins)] if begins else text, begins or wanted["text"], "faultstring")
    details = service.fault_details(fault)
    expect(member(details, "ErrorCode"), wanted["number"], "ErrorCode")
    expect(member(details, "Message"), text if wanted["number"] else None, "Message")


def carry_out(service, step, kept):
    fault = None
    try:
        reply = service.call(step, kept)
    except zeep.exceptions.Fault as raised:
        fault = raised
    answer = service.transport.last
    expect(answer.headers["Content-Type"], TEXT_XML, "Content-Type")
    uuid.UUID(answer.headers["X-Request-Id"])
    if "fault" in step:
        assert fault is not None, f"no fault, {step['fault']['number']} was due"
        check_fault(service, step["fault"], fault)
    else:
        assert fault is None, f"fault: {fault}"
        check(as_zeep_has_it(step["reply"], reply), reply, step["operation"])
        if "keep" in step:
            kept[step["keep"]] = reply  # zeep hands out the only value alone
    assert step.get("lacks", "\n\n") not in answer.text, f"the answer has {step['lacks']}"


def run(data):
    services = {name: Service(name, url, data["ca"]) for name, url in data["descriptions"].items()}
    failed, kept = 0, {}
    for step in data["steps"]:
        try:
            carry_out(services[step["service"]], step, kept)
        except Exception as problem:  # every step is taken, whatever became of the one before
            failed += 1
            print(f"FAILED  {step['does']}\n        {type(problem).__name__}: {problem}")
            if not isinstance(problem, AssertionError):
                traceback.print_exception(problem)
        else:
            print(f"ok      {step['does']}")
    for name, service in services.items():
        answered = {step["operation"] for step in data["steps"] if step["service"] == name and "reply" in step}
        for operation in sorted(set(service.binding._operations) - answered):
            failed += 1
            print(f"FAILED  {name} {operation}: steps.json has no step with a reply of this operation")
    return failed


if __name__ == "__main__":
    sys.exit(1 if run(json.loads(pathlib.Path(sys.argv[1]).read_text("utf-8"))) else 0)
