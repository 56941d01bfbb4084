// A foreign SOAP client (gSOAP) calls the old services over mutual TLS.
//
// Types and proxies are generated from what the services themselves serve (build.sh); the steps are those of steps.json,
// made ready by steps.py. A request is read into its generated type and sent by the generated proxy; the reply is
// written out of its generated type and compared. Prints one line for each step; ends with 1 when one of them failed.

#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "proxies.inc"

using json = nlohmann::ordered_json; // elements have an order

[[noreturn]] void fail(const std::string &problem) { throw std::runtime_error(problem); }

void expect(const json &actual, const json &wanted, const std::string &what) {
  if (actual != wanted) fail(what + ": " + actual.dump() + " instead of " + wanted.dump());
}

std::string text_of(const json &value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

// XML without namespaces: types are read by local names.
std::string xml(const std::string &name, const json &value) {
  std::string inside;
  if (value.is_object())
    for (const auto &[below, member] : value.items()) inside += xml(below, member);
  else
    for (char c : text_of(value)) inside += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
  return "<" + name + ">" + inside + "</" + name + ">";
}

// What a generated type has written: an object with a list for each name of a child, or text.
json tree(const soap_dom_element &element) {
  if (!element.elts) return element.text ? element.text : "";
  json found = json::object();
  for (const soap_dom_element *child = element.elts; child; child = child->next) {
    const std::string name = child->name;
    found[name.substr(name.find(':') + 1)].push_back(tree(*child)); // npos + 1 is 0
  }
  return found;
}

// A time is the same in every offset.
std::string instant(soap *soap, const std::string &text) {
  time_t time;
  return text.size() > 10 && text[10] == 'T' && !soap_s2dateTime(soap, text.c_str(), &time) ? std::to_string(time) : text;
}

bool matches(soap *soap, const json &expected, const json &actual);

// `actual`, all there is of a name, holds what is expected (see steps.py).
void check(soap *soap, const json &expected, const json &actual, const std::string &where) {
  if (expected.is_array()) {
    if (expected.empty() && !actual.empty()) fail(where + " is there");
    for (const json &item : expected) {
      const auto found = std::count_if(actual.begin(), actual.end(), [&](const json &own) { return matches(soap, item, own); });
      if (found != 1) fail(where + ": " + std::to_string(found) + " in place of one like " + item.dump());
    }
  } else if (actual.size() != 1) {
    fail(where + ": there are " + std::to_string(actual.size()));
  } else if (expected.is_object()) {
    const json one = actual[0].is_object() ? actual[0] : json::object(); // an element without children is text
    for (const auto &[name, below] : expected.items()) check(soap, below, one.value(name, json::array()), where + "/" + name);
  } else if (expected == "*") {
    if (actual[0] == "") fail(where + " is empty");
  } else {
    expect(instant(soap, text_of(actual[0])), instant(soap, text_of(expected)), where);
  }
}

bool matches(soap *soap, const json &expected, const json &actual) {
  try {
    check(soap, expected, json::array({actual}), "");
    return true;
  } catch (const std::runtime_error &) {
    return false;
  }
}

// One call: a context of its own, so a connection of its own.
struct Call {
  soap *const context = soap_new1(SOAP_C_UTFSTRING | SOAP_XML_IGNORENS);
  std::string answer;
  SOAP_ENV__Header header;
  size_t (*receive)(soap *, char *, size_t) = context->frecv;

  Call(const json &step, const std::string &ca) {
    context->user = this;
    context->frecv = [](soap *soap, char *buffer, size_t size) {
      Call *call = static_cast<Call *>(soap->user);
      const size_t count = call->receive(soap, buffer, size);
      call->answer.append(buffer, count);
      return count;
    };
    if (step.value("soap", "") == "1.2") // the proxy sets the version of the WSDL; this comes after it
      context->fprepareinitsend = [](soap *soap) {
        soap_set_version(soap, 2);
        return SOAP_OK;
      };
    const std::string pem = certificate(step["certificate"]);
    const char *file = pem.empty() ? nullptr : pem.c_str();
    const auto flags = SOAP_SSL_REQUIRE_SERVER_AUTHENTICATION;
    if (soap_ssl_client_context(context, flags, file, nullptr, ca.c_str(), nullptr, nullptr)) fail(error());
    read_header(step["headers"]);
    if (step.value("must_understand", false)) header.probe__Unknown = const_cast<char *>("");
  }

  ~Call() {
    soap_destroy(context);
    soap_end(context);
    soap_free(context);
  }

  // gSOAP checks ranges where it reads and not where it writes, so a number that breaks its range is set in the type.
  void read_header(json blocks) {
    json active = blocks.value("ActiveOrganisationHeader", json());
    if (!active.is_null()) blocks["ActiveOrganisationHeader"]["OrganisationTypeIdentifier"] = 1;
    read(xml("Header", blocks), [&] { return soap_read_SOAP_ENV__Header(context, &header); });
    if (!active.is_null()) header.aoh__ActiveOrganisationHeader->OrganisationTypeIdentifier = active["OrganisationTypeIdentifier"];
  }

  // gSOAP wants key and certificates in one file.
  static std::string certificate(const json &files) {
    if (files.is_null()) return "";
    std::ofstream both("client.pem");
    for (const char *part : {"key", "cert"}) both << std::ifstream(files[part].get<std::string>()).rdbuf();
    return "client.pem";
  }

  void read(const std::string &text, const std::function<int()> &reader) {
    std::istringstream in(text);
    context->is = &in;
    const int problem = reader();
    context->is = nullptr;
    if (problem) fail("the type does not take " + text + ": " + error());
  }

  template <class Type> json written(const Type &value) {
    std::stringstream both;
    context->os = &both;
    value.soap_serialize(context);
    if (soap_begin_send(context) || value.soap_put(context, "reply", nullptr) || soap_end_send(context)) fail(error());
    context->os = nullptr;
    soap_dom_element dom(context);
    both >> dom;
    return tree(dom);
  }

  std::string error() {
    std::ostringstream text;
    soap_stream_fault(context, text);
    return text.str();
  }
};

// Sends the request of a step; null when it ends in a fault.
using Operation = std::function<json(Call &, const json &)>;

template <class Proxy, class Request, class Reply>
Operation operation(int (Proxy::*send)(const char *, const char *, Request *, Reply &)) {
  return [send](Call &call, const json &step) -> json {
    Request request;
    request.soap_default(call.context);
    call.read(xml("request", step["request"]), [&] {
      soap *soap = call.context;
      return soap_begin_recv(soap) || !request.soap_get(soap, nullptr, nullptr) || soap_end_recv(soap);
    });
    Reply reply;
    reply.soap_default(call.context);
    Proxy proxy(call.context);
    call.context->header = &call.header; // reading anything takes it away
    call.answer.clear();
    const std::string url = step["url"];
    if ((proxy.*send)(url.c_str(), nullptr, &request, reply)) return nullptr;
    return call.written(reply);
  };
}

const std::map<std::string, Operation> OPERATIONS = {
#define OPERATION(proxy, name) {#name, operation(&proxy::name)},
#include "operations.inc"
};

// Code and text, number and text once more in the typed details; HTTP as SOAP 1.1 has it.
void check_fault(Call &call, const json &wanted) {
  soap *soap = call.context;
  if (!soap->fault) fail("no fault, but: " + call.error());
  expect(call.answer.substr(0, 12), "HTTP/1.1 500", "HTTP status");
  const std::string code = soap->fault->faultcode, text = soap->fault->faultstring;
  expect(code.substr(code.find(':') + 1), wanted["code"], "faultcode");
  const std::string begins = wanted.value("text_begins", "");
  expect(begins.empty() ? text : text.substr(0, begins.size()), begins.empty() ? wanted["text"] : json(begins), "faultstring");
  const fault__FaultDetails *details = soap->fault->detail ? soap->fault->detail->fault__FaultDetails_ : nullptr;
  expect(details && details->ErrorCode ? json(*details->ErrorCode) : json(), wanted["number"], "ErrorCode");
  expect(details && details->Message ? json(*details->Message) : json(), details ? json(text) : json(), "Message");
}

void carry_out(const json &step, const std::string &ca) {
  Call call(step, ca);
  const json reply = OPERATIONS.at(step["operation"])(call, step);
  if (step.contains("fault")) {
    if (!reply.is_null()) fail("no fault: " + reply.dump());
    check_fault(call, step["fault"]);
  } else {
    if (reply.is_null()) fail(call.error());
    check(call.context, step["reply"], json::array({reply}), step["operation"]);
  }
  if (step.contains("lacks") && call.answer.find(step["lacks"].get<std::string>()) != std::string::npos)
    fail("the answer has " + step["lacks"].dump());
}

int main(int, char **arguments) {
  const json data = json::parse(std::ifstream(arguments[1]));
  int failed = 0;
  for (const json &step : data["steps"]) {
    const std::string does = step["does"];
    try {
      carry_out(step, data["ca"]);
      std::cout << "ok      " << does << std::endl;
    } catch (const std::exception &problem) {
      failed = 1;
      std::cout << "FAILED  " << does << "\n        " << problem.what() << std::endl;
    }
  }
  return failed;
}
