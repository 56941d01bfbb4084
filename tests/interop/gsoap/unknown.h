// A header block of the client's own, which the services do not know.
//gsoap probe schema namespace: urn:example:unknown
mutable struct SOAP_ENV__Header { mustUnderstand char *probe__Unknown; };
