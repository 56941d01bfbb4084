<?php
// A foreign SOAP client (PHP's ext-soap) calls the old services over mutual TLS.
//
// The client is made from what the services themselves serve; the steps are those of steps.json, made ready by steps.py.
// Prints one line for each step; ends with 1 when one of them failed.

declare(strict_types=1);

/** The header blocks, by their namespaces: this tool has no other name for them. */
const BLOCKS = [
    'RequestUserMetadataHeader' => 'http://service.bm.dk/RequestUserMetadata/2015/01/21/',
    'ActiveOrganisationHeader' => 'http://rep.oio.dk/ams.dk/xml/schemas/2005/09/01/',
    'Credentials' => 'http://jobnet.af.dk/JobAdService',
];

ini_set('soap.wsdl_cache_enabled', '0');

function fail(string $problem): never
{
    throw new RuntimeException($problem);
}

function expect(mixed $actual, mixed $wanted, string $what): void
{
    if ($actual !== $wanted) {
        fail("$what: " . json_encode($actual) . ' instead of ' . json_encode($wanted));
    }
}

/** What the tool makes of a description, with the certificate and the version of SOAP a step asks for. */
function client(array $data, array $step): SoapClient
{
    $tls = ['cafile' => $data['ca'], 'verify_peer' => true];
    if ($step['certificate']) {
        $tls += ['local_cert' => $step['certificate']['cert'], 'local_pk' => $step['certificate']['key']];
    }
    return new SoapClient($data['descriptions'][$step['service']], [
        'location' => $step['url'],
        'stream_context' => stream_context_create(['ssl' => $tls]),
        'soap_version' => ($step['soap'] ?? '') === '1.2' ? SOAP_1_2 : SOAP_1_1,
        'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
        'trace' => true,
    ]);
}

function headers(array $step): array
{
    $made = [];
    foreach ($step['headers'] as $name => $members) {
        $made[] = new SoapHeader(BLOCKS[$name], $name, $members);
    }
    if ($step['must_understand'] ?? false) {
        $made[] = new SoapHeader('urn:example:unknown', 'Unknown', '', true);
    }
    return $made;
}

/** A time is the same in every offset. */
function instant(mixed $value): mixed
{
    $is_time = is_string($value) && preg_match('/^\d{4}-\d\d-\d\dT/', $value);
    return $is_time ? (new DateTimeImmutable($value))->getTimestamp() : $value;
}

/** `actual` holds all that is expected (see steps.py). */
function check(mixed $expected, mixed $actual, string $where): void
{
    if ($expected === '*') {
        if ($actual === null || $actual === '') {
            fail("$where is missing");
        }
    } elseif (is_array($expected) && array_is_list($expected) && $expected !== []) {
        foreach ($expected as $item) {
            $found = count(array_filter($actual ?? [], fn ($own) => matches($item, $own)));
            $found === 1 || fail("$where: $found in place of one like " . json_encode($item));
        }
    } elseif ($expected === []) {
        $actual === null || fail("$where is there");
    } elseif (is_array($expected)) {
        foreach ($expected as $name => $below) {
            check($below, $actual?->{$name} ?? null, "$where/$name");
        }
    } else {
        expect(instant($actual), instant($expected), $where);
    }
}

function matches(mixed $expected, mixed $actual): bool
{
    try {
        check($expected, $actual, '');
        return true;
    } catch (RuntimeException) {
        return false;
    }
}

/** Code and text, number and text once more in the typed details; HTTP as SOAP 1.1 has it. */
function check_fault(array $wanted, SoapFault $fault, SoapClient $client): void
{
    expect(substr($client->__getLastResponseHeaders() ?? '', 0, 12), 'HTTP/1.1 500', 'HTTP status');
    $code = explode(':', $fault->faultcode);
    expect(end($code), $wanted['code'], 'faultcode');
    $begins = $wanted['text_begins'] ?? null;
    $text = $begins === null ? $fault->faultstring : substr($fault->faultstring, 0, strlen($begins));
    expect($text, $begins ?? $wanted['text'], 'faultstring');
    $details = $fault->detail->FaultDetails ?? null;
    $number = $wanted['number'] === null ? null : (string) $wanted['number']; // this tool leaves details untyped
    expect($details?->ErrorCode, $number, 'ErrorCode');
    expect($details?->Message, $wanted['number'] === null ? null : $fault->faultstring, 'Message');
}

/** What was kept in place of each `[name]`. */
function filled(mixed $value, array $kept): mixed
{
    if (is_array($value)) {
        return array_map(fn ($below) => filled($below, $kept), $value);
    }
    return is_string($value) && str_starts_with($value, '[') ? $kept[trim($value, '[]')] : $value;
}

function carry_out(array $data, array $step, array &$kept): void
{
    $client = client($data, $step);
    try {
        $request = filled($step['request'], $kept);
        $reply = $client->__soapCall($step['operation'], [$request], null, headers($step));
        isset($step['reply']) || fail('a reply, and no fault');
        $step['reply'] === [] || check($step['reply'], $reply, $step['operation']); // {} is a reply in which nothing is
        if (isset($step['keep'])) {
            $kept[$step['keep']] = current((array) $reply);
        }
    } catch (SoapFault $fault) {
        isset($step['fault']) || fail("$fault->faultcode $fault->faultstring");
        check_fault($step['fault'], $fault, $client);
    }
    $lacks = $step['lacks'] ?? null;
    $lacks === null || !str_contains($client->__getLastResponse(), $lacks) || fail("the answer has $lacks");
}

$data = json_decode(file_get_contents($argv[1]), true, flags: JSON_THROW_ON_ERROR);
$failed = 0;
$kept = [];
foreach ($data['steps'] as $step) {
    try {
        carry_out($data, $step, $kept);
        echo "ok      {$step['does']}\n";
    } catch (Throwable $problem) {
        $failed = 1;
        echo "FAILED  {$step['does']}\n        {$problem->getMessage()}\n";
    }
}
exit($failed);
