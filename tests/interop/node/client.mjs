// A foreign SOAP client (npm's soap) calls the old services over mutual TLS.
//
// The client is made from what the services themselves serve; the steps are those of steps.json, made ready by steps.py.
// Prints one line for each step; ends with 1 when one of them failed.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import https from "node:https";
import axios from "axios";
import soap from "soap";

const data = JSON.parse(readFileSync(process.argv[2], "utf8"));
const ca = readFileSync(data.ca);

/** What `soap` makes of a description, here in the version of SOAP a step asks for. */
async function clientFor(step) {
  const request = axios.create({ httpsAgent: new https.Agent({ ca }), proxy: false });
  const options = { request, disableCache: true, forceSoap12Headers: step.soap === "1.2" };
  const client = await soap.createClientAsync(data.descriptions[step.service], options, step.url);
  const { key, cert } = step.certificate ?? {};
  client.setSecurity(new soap.ClientSSLSecurity(key, cert, ca));
  for (const [name, members] of Object.entries(step.headers)) client.addSoapHeader(header(client, name, members));
  if (step.must_understand) {
    const envelope = "http://schemas.xmlsoap.org/soap/envelope/";
    client.addSoapHeader(`<u:Unknown xmlns:u="urn:example:unknown" xmlns:e="${envelope}" e:mustUnderstand="1"/>`);
  }
  return client;
}

/** A header block, written by its element in the contract. The tool does so for the body; it reads no `soap:header`. */
function header(client, name, members) {
  const [schema, more] = Object.values(client.wsdl.definitions.schemas).filter((schema) => schema.elements[name]);
  assert(schema && !more, `one global element ${name}`);
  schema.elements[name].description(client.wsdl.definitions, schema.xmlns); // makes namespaces known to what is below
  const [prefix, type] = schema.elements[name].$type.split(":");
  return client.wsdl.objectToDocumentXML(name, members, prefix, schema.$targetNamespace, type);
}

/** A time is the same in every offset. */
function instant(value) {
  if (value instanceof Date) return value.toISOString();
  return /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value).toISOString() : value;
}

/** `actual` holds all that is expected (see steps.py). */
function check(expected, actual, where) {
  if (expected === "*") {
    assert(actual !== undefined && actual !== null && actual !== "", `${where} is missing`);
  } else if (Array.isArray(expected)) {
    const items = actual === undefined || actual === null ? [] : [actual].flat();
    assert(expected.length > 0 || items.length === 0, `${where} is there`);
    for (const item of expected) {
      const found = items.filter((own) => matches(item, own)).length;
      assert.equal(found, 1, `${where}: ${found} in place of one like ${JSON.stringify(item)}`);
    }
  } else if (typeof expected === "object") {
    for (const [name, below] of Object.entries(expected)) check(below, actual?.[name], `${where}/${name}`);
  } else {
    // a restriction of int stays text in this tool; boolean and dateTime are typed
    assert.strictEqual(typeof expected === "number" ? Number(actual) : instant(actual), instant(expected), where);
  }
}

function matches(expected, actual) {
  try {
    check(expected, actual, "");
    return true;
  } catch {
    return false;
  }
}

/** Code and text, number and text once more in the typed details; HTTP as SOAP 1.1 has it. */
function checkFault(wanted, error) {
  const fault = error.root.Envelope.Body.Fault;
  assert.equal(error.response.status, 500, "HTTP status");
  assert.equal(fault.faultcode.split(":").pop(), wanted.code, "faultcode");
  const text = fault.faultstring;
  if (wanted.text_begins) assert(text.startsWith(wanted.text_begins), text);
  else assert.equal(text, wanted.text, "faultstring");
  const details = fault.detail?.FaultDetails;
  assert.equal(details?.ErrorCode, wanted.number?.toString(), "ErrorCode"); // this tool leaves details untyped
  assert.equal(details?.Message, wanted.number === null ? undefined : text, "Message");
}

async function carryOut(step) {
  const client = await clientFor(step);
  let answer;
  try {
    const [reply, raw] = await client[`${step.operation}Async`](step.request);
    assert(step.reply, "a reply, and no fault");
    check(step.reply, reply, step.operation);
    answer = raw;
  } catch (error) {
    if (!error.root || !step.fault) throw error;
    checkFault(step.fault, error);
    answer = error.response.data;
  }
  assert(!step.lacks || !answer.includes(step.lacks), `the answer has ${step.lacks}`);
}

let failed = 0;
for (const step of data.steps) {
  try {
    await carryOut(step);
    console.log(`ok      ${step.does}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${step.does}\n        ${error.message}`);
  }
}
process.exit(failed ? 1 : 0);
