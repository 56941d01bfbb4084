// The certificate a client presented, as RFC 9440 has it in the header Client-Cert: `:base64 of the DER:`.
// Empty when it presented none; then nginx sends no header.
function value(request) {
    const pem = request.variables.ssl_client_raw_cert;
    return pem ? ':' + pem.replace(/-----[^-]*-----|\s/g, '') + ':' : '';
}

export default { value };
