"""A foreign SOAP client (zeep) calls BookingService over mutual TLS.

The client is generated from what the service itself serves, `?wsdl` or `?singleWsdl`. Nothing in here knows a
namespace, a SOAPAction or an address of the contract: those must come out of the WSDL. That is why the same script
also runs against contracts that were rewritten (see drop_in.py).

Prints one line for each check; ends with 1 when one of them failed.
"""

import argparse
import datetime
import sys
import traceback
import uuid

import requests
import zeep
from lxml import etree
from zeep.transports import Transport

CITIZEN = "0101575001"  # made up, and known to the simulator
ORGANISATION_TYPE, ORGANISATION_CODE = 8, "10100"
TEXT_XML = "text/xml; charset=utf-8"

CHECKS = []


def check(function):
    """Registers a check; its first documentation line is what is printed."""
    CHECKS.append(function)
    return function


def expect(actual, wanted, what):
    if actual != wanted:
        raise AssertionError(f"{what}: {actual!r} instead of {wanted!r}")


class RecordingTransport(Transport):
    """Keeps the last HTTP answer, because zeep hides status and headers of a fault."""

    last = None

    def post(self, address, message, headers):
        self.last = super().post(address, message, headers)
        return self.last


def session(ca, certificate=None):
    """HTTP that trusts this authority alone, whatever the environment says about proxies and authorities."""
    made = requests.Session()
    made.trust_env, made.verify, made.cert = False, ca, certificate
    return made


class Facade:
    """The generated client, and plain HTTP beside it for what a generated client cannot do wrong."""

    def __init__(self, arguments):
        self.address = arguments.url
        self.with_certificate = session(arguments.ca, (arguments.cert, arguments.key))
        self.without_certificate = session(arguments.ca)
        self.transport = RecordingTransport(session=self.with_certificate, timeout=30, operation_timeout=60)
        self.client = zeep.Client(f"{self.address}?{arguments.description}", transport=self.transport)
        self.service = self.client.service

    def element(self, local_name):
        """The global element of that name, whatever namespace the contract gives it."""
        found = [e for e in self.client.wsdl.types.elements if e.qname.localname == local_name]
        expect(len(found), 1, f"global elements named {local_name}")
        return found[0]

    def active_organisation(self):
        return self.element("ActiveOrganisationHeader")(
            OrganisationTypeIdentifier=ORGANISATION_TYPE, OrganisationCode=ORGANISATION_CODE
        )

    def user_metadata(self):
        return self.element("RequestUserMetadataHeader")(
            RequestUserStructure={
                "UserFullName": "Åse Sagsbehandler",
                "RequestUserTypeIdentifier": code(2),
                "UserIdentifier": "RID-12345",
                "UserEmail": "sagsbehandler@example.dk",
            },
            RequestOrganisationStructure={
                "OrganisationTypeIdentifier": code(ORGANISATION_TYPE),
                "OrganisationCode": ORGANISATION_CODE,
            },
            RegistrationDateTime=now(),
        )

    def headers(self):
        return [self.user_metadata(), self.active_organisation()]

    def create(self, citizen=CITIZEN, headers=None, **changes):
        headers = self.headers() if headers is None else headers
        return self.service.CreateBooking(
            PersonCivilRegistrationIdentifier=citizen, Booking=booking(**changes), _soapheaders=headers
        )

    def list(self, citizen=CITIZEN):
        """The bookings; zeep hands out the innermost collection, or nothing for an empty reply."""
        request = {"PersonCivilRegistrationIdentifier": citizen, "_soapheaders": self.headers()}
        return self.service.GetBookings(**request) or []

    def envelope(self, operation="GetBookings"):
        """The request the generated client would send, as an lxml tree."""
        return self.client.create_message(
            self.service, operation, PersonCivilRegistrationIdentifier=CITIZEN, _soapheaders=self.headers()
        )

    def action(self, operation):
        return self.service._binding.get(operation).soapaction

    def post(self, body, certificate=True, **headers):
        """Posts as it is. `SOAPAction=…` and the like are HTTP headers."""
        if not isinstance(body, (bytes, str)):
            body = etree.tostring(body, xml_declaration=True, encoding="utf-8")
        client = self.with_certificate if certificate else self.without_certificate
        return client.post(self.address, data=body, headers={"Content-Type": TEXT_XML, **headers}, timeout=60)

    def faults(self, number, text, call, exact=True):
        """`call` must end in this fault, told the way old callers know it."""
        try:
            call()
        except zeep.exceptions.Fault:
            expect_fault(self.transport.last, number, text, exact)
        else:
            raise AssertionError(f"no fault, {number} was due")


def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def code(value):
    return {"CodeListItemIdentifier": value}


def day(offset, hour):
    """A time of day in winter time, so many days from today."""
    winter = datetime.timezone(datetime.timedelta(hours=1))
    return (now().astimezone(winter) + datetime.timedelta(days=offset)).replace(hour=hour, minute=0, second=0)


def booking(**changes):
    """A booking with nearly everything the contract has; `changes` replace single elements, None leaves one out."""
    elements = {
        "BookingIdentifier": str(uuid.uuid4()),
        "BookingOriginator": {
            "OrganisationCode": int(ORGANISATION_CODE),
            "OrganisationTypeIdentifier": code(ORGANISATION_TYPE),
        },
        "CitizenShouldAcceptBooking": True,
        "AcceptedBooking": False,
        "ReBookingPossible": True,
        "ReBookingDeadline": day(10, 12),
        "CancellationPossible": True,
        "CancellationDeadline": day(12, 12),
        "SelfBooked": False,
        "CompulsoryAttendance": True,
        "BookingStartTime": day(14, 9),
        "BookingEndTime": day(14, 10),
        "InterviewTypeIdentifier": code(7),
        "InterviewContactTypeIdentifier": code(2),
        "InterviewFormTypeIdentifier": code(1),
        "InterviewLocationDetail": {
            "StreetName": "Rådhuspladsen",
            "StreetBuildingIdentifier": "1A",
            "PostCodeIdentifier": "1550",
            "DistrictName": "København V",
        },
        "InterviewLocationDescription": "Lokale 4, gå gennem gården",
    }
    elements.update(changes)
    return {name: value for name, value in elements.items() if value is not None}


def expect_fault(answer, number, text, exact=True):
    """HTTP 500, a SOAP 1.1 fault, the number and the text, and an id to quote."""
    expect(answer.status_code, 500, "HTTP status")
    expect(answer.headers["Content-Type"], TEXT_XML, "Content-Type")
    uuid.UUID(answer.headers["X-Request-Id"])
    fault = etree.fromstring(answer.content)
    texts = {etree.QName(e).localname: (e.text or "") for e in fault.iter() if isinstance(e.tag, str)}
    expect(texts.get("ErrorCode"), str(number), "ErrorCode")
    for place in ("faultstring", "Message"):
        actual = texts.get(place, "")
        if (actual != text) if exact else not actual.startswith(text):
            raise AssertionError(f"{place}: {actual!r} instead of {text!r}")
    expect(texts["faultcode"].rpartition(":")[2], "Client", "faultcode")
    return texts


def same_booking(sent, read):
    for name in ("ReBookingDeadline", "CancellationDeadline"):
        # a date on the new side: it comes back as the end of that day
        expect(read[name].date(), sent[name].date(), name)
    for name in ("BookingStartTime", "BookingEndTime"):
        expect(read[name], sent[name], name)
    for name in ("InterviewTypeIdentifier", "InterviewContactTypeIdentifier", "InterviewFormTypeIdentifier"):
        expect(read[name]["CodeListItemIdentifier"], sent[name]["CodeListItemIdentifier"], name)
    for name in ("CitizenShouldAcceptBooking", "AcceptedBooking", "ReBookingPossible", "CancellationPossible",
                 "SelfBooked", "CompulsoryAttendance", "InterviewLocationDescription"):
        expect(read[name], sent[name], name)
    for name, value in sent["InterviewLocationDetail"].items():
        expect(read["InterviewLocationDetail"][name], value, name)


@check
def address_is_the_one_asked(facade):
    """the served WSDL names the address it was fetched from"""
    expect(facade.service._binding_options["address"], facade.address, "soap:address")


@check
def create_and_read_back(facade):
    """CreateBooking is receipted, and GetBookings returns what was sent"""
    sent = booking()
    receipt = facade.create(**sent)
    uuid.UUID(receipt["MessageIdentifier"])
    assert receipt["EventDate"].tzinfo is not None, "EventDate has no offset"
    expect(facade.transport.last.headers["Content-Type"], TEXT_XML, "Content-Type")
    uuid.UUID(facade.transport.last.headers["X-Request-Id"])
    found = [b for b in facade.list() if b["BookingIdentifier"] == sent["BookingIdentifier"]]
    expect(len(found), 1, "bookings with this BookingIdentifier")
    same_booking(sent, found[0])


@check
def smallest_booking(facade):
    """a booking with the required elements only is taken"""
    facade.create(BookingIdentifier=None, ReBookingPossible=False, ReBookingDeadline=None, CancellationPossible=False,
                  CancellationDeadline=None, BookingEndTime=None, InterviewLocationDetail=None,
                  InterviewLocationDescription=None)


@check
def no_bookings(facade):
    """GetBookings of a citizen without bookings is no fault"""
    expect(len(facade.list(citizen="0202575002")), 0, "number of bookings")


@check
def active_organisation_missing(facade):
    """8232 without ActiveOrganisationHeader"""
    text = "The Soap request message is missing its required Soap header: ActiveOrganisationHeader"
    facade.faults(8232, text, lambda: facade.create(headers=[facade.user_metadata()]))


@check
def user_metadata_missing(facade):
    """8233 without RequestUserMetadataHeader"""
    text = "The Soap request message is missing its required Soap header: RequestUserMetadataHeader"
    facade.faults(8233, text, lambda: facade.create(headers=[facade.active_organisation()]))


@check
def invalid_message(facade):
    """1014 for a number that breaks its pattern, which names the element and not the value"""
    known = "The submitted message could not be validated"
    facade.faults(1014, known, lambda: facade.create(citizen="9901575001"), exact=False)
    answer = facade.transport.last.text
    assert "PersonCivilRegistrationIdentifier" in answer, "the fault does not say where"
    assert "9901575001" not in answer, "the fault repeats the value"


@check
def wrong_order(facade):
    """1014 for two elements in the wrong order"""
    envelope = facade.client.create_message(
        facade.service, "CreateBooking", PersonCivilRegistrationIdentifier=CITIZEN, Booking=booking(),
        _soapheaders=facade.headers(),
    )
    request = envelope[-1][0]
    request.append(request[0])
    answer = facade.post(envelope, SOAPAction=f'"{facade.action("CreateBooking")}"')
    expect_fault(answer, 1014, "The submitted message could not be validated", exact=False)


@check
def rule_of_the_old_service(facade):
    """8126 when rebooking is possible and has no deadline"""
    text = "Rebooking deadline must be specified if rebooking is possible"
    facade.faults(8126, text, lambda: facade.create(ReBookingDeadline=None))


@check
def code_of_the_new_service(facade):
    """90002 of the backend is 4783 to the caller"""
    text = "The BookingTime cannot be before todays date"
    facade.faults(4783, text, lambda: facade.create(BookingStartTime=day(-3, 9), BookingEndTime=day(-3, 10)))


@check
def no_certificate(facade):
    """1101 for a call without a client certificate"""
    answer = facade.post(facade.envelope(), certificate=False, SOAPAction=f'"{facade.action("GetBookings")}"')
    expect_fault(answer, 1101, "Client certificate missing from request")


@check
def description_without_certificate(facade):
    """?wsdl and ?singleWsdl may be read without a client certificate"""
    for description in ("wsdl", "singleWsdl"):
        answer = facade.without_certificate.get(f"{facade.address}?{description}", timeout=30)
        expect(answer.status_code, 200, f"HTTP status of ?{description}")
        expect(etree.QName(etree.fromstring(answer.content)).localname, "definitions", description)


@check
def path_in_other_case(facade):
    """the path matches without regard to case"""
    answer = facade.without_certificate.get(f"{facade.address.lower()}?wsdl", timeout=30)
    expect(answer.status_code, 200, "HTTP status")


@check
def soap_action_missing_or_empty(facade):
    """a SOAPAction that is empty, missing or not quoted does no harm"""
    for headers in ({}, {"SOAPAction": '""'}, {"SOAPAction": ""}, {"SOAPAction": facade.action("GetBookings")}):
        expect(facade.post(facade.envelope(), **headers).status_code, 200, f"HTTP status with {headers}")


@check
def soap_action_of_another_operation(facade):
    """1014 for a SOAPAction that names another operation than the body"""
    answer = facade.post(facade.envelope(), SOAPAction=f'"{facade.action("CreateBooking")}"')
    expect_fault(answer, 1014, "The submitted message could not be validated", exact=False)


def run(facade):
    failed = 0
    for function in CHECKS:
        try:
            function(facade)
        except Exception as problem:  # every check is run, whatever the one before did
            failed += 1
            line = traceback.extract_tb(problem.__traceback__)[1].lineno
            print(f"FAILED  {function.__doc__}\n        {type(problem).__name__}: {problem} (line {line})")
        else:
            print(f"ok      {function.__doc__}")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", required=True, help="address of BookingService")
    parser.add_argument("--ca", required=True, help="root certificate of the server (PEM)")
    parser.add_argument("--cert", required=True, help="client certificate with its chain (PEM)")
    parser.add_argument("--key", required=True, help="private key of the client (PEM)")
    parser.add_argument("--description", choices=["wsdl", "singleWsdl"], default="wsdl")
    return 1 if run(Facade(parser.parse_args())) else 0


if __name__ == "__main__":
    sys.exit(main())
