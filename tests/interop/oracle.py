"""Does the facade judge messages as libxml2 does?

Documents: the body and the header blocks of every scenario's request and reply, and mutations of the richest of them.
Both judge every one; a verdict on which they differ must be listed with its reason, and a listed difference must be one.
"""

import argparse
import fnmatch
import pathlib
import shutil
import subprocess
import sys

from lxml import etree

from mutate import mutations

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
XSD = "http://www.w3.org/2001/XMLSchema"
# Between them these have every element of the contract, and few of them twice.
MUTATED = ["create_everything.request", "create_everything.reply", "create_minimal.request", "get_two.request",
           "get_two.reply", "rn_ja_01_add_everything.request", "rn_ja_01_get_everything.reply"]  # fmt: skip
# The scenarios of a service stand in a folder of their own.
# Judged by the contract alone: what a service reads beyond it (mappings/services.toml) is no matter of XSD.
SERVICES = {
    "booking": "BookingService", "jobad": "JobAdService", "personregistration": "PersonRegistrationService",
}  # fmt: skip
FILES_AT_ONCE = 400
SURPRISES_SHOWN = 30


def schema(folder):
    """One schema that imports them all."""
    driver = etree.Element(f"{{{XSD}}}schema")
    for file in sorted(folder.glob("*.xsd")):
        namespace = etree.parse(file).getroot().get("targetNamespace")
        etree.SubElement(driver, f"{{{XSD}}}import", namespace=namespace, schemaLocation=file.resolve().as_uri())
    return etree.XMLSchema(driver)


def documents(scenarios):
    """`(name, element)` for each body and header block; a fault is no message of the contract."""
    for file in sorted(scenarios.glob("*/re*.xml")):
        name = f"{file.parent.name}.{'request' if file.stem.startswith('request') else file.stem}"
        envelope = etree.parse(file).getroot()
        blocks = [("", part) for part in envelope.findall(f"{SOAP}Body/*")]
        blocks += [(f".{etree.QName(part).localname}", part) for part in envelope.findall(f"{SOAP}Header/*")]
        for suffix, part in blocks:
            if not part.tag.startswith(SOAP):
                yield name + suffix, etree.fromstring(etree.tostring(part, with_tail=False))


def write_all(scenarios, folder):
    """Writes every document, and the mutations of some; the files in the order they were made."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    seen, files = set(), []

    def write(name, content):
        if content not in seen:
            seen.add(content)
            file = folder / f"{name}.xml"
            assert not file.exists(), f"two documents are called {name}"
            file.write_bytes(content)
            files.append(file)

    for name, element in documents(scenarios):
        write(name, etree.tostring(element, encoding="utf-8", xml_declaration=True))
        if any(name.startswith(mutated) for mutated in MUTATED):
            for change, content in mutations(element):
                write(f"{name}.{change}", content)
    return files


def theirs(files, xsd):
    """libxml2's verdict on each file: nothing, or what is wrong."""
    judge = schema(xsd)
    for file in files:
        valid = judge.validate(etree.parse(file))
        yield None if valid else judge.error_log[0].message


def ours(files, binary, wsdl):
    """The facade's verdict on each file, from `contract validate`, which prints one line for each."""
    for start in range(0, len(files), FILES_AT_ONCE):
        some = files[start : start + FILES_AT_ONCE]
        command = [binary, "contract", "validate", wsdl, *some]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        lines = done.stdout.splitlines()
        if done.returncode not in (0, 1) or len(lines) != len(some):
            raise SystemExit(f"contract validate: exit {done.returncode}, {len(lines)} lines for {len(some)} files")
        yield from (verdict(line, file) for line, file in zip(lines, some))


def verdict(line, file):
    """Nothing for `FILE: ok`, the reason for `FILE: invalid: reason`."""
    name, word, *reason = [*line.removeprefix(str(file)).split(": ", 2), ""]
    if name or word not in ("ok", "invalid"):
        raise SystemExit(f"contract validate: not a verdict on {file}: {line}")
    return None if word == "ok" else reason[0]


def listed(file):
    """Names (with wildcards) of documents on which a difference is known, each with its reason."""
    lines = [line for line in file.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    return dict(line.split(maxsplit=1) for line in lines)


def compare(files, left, right, known):
    """Prints what differs and is not listed, and what is listed and does not differ; the number of both."""
    wrong, used, counts = 0, set(), {True: 0, False: 0}
    for file, their, our in zip(files, left, right, strict=True):
        counts[their is None] += 1
        if (their is None) == (our is None):
            continue
        reasons = [pattern for pattern in known if fnmatch.fnmatchcase(file.stem, pattern)]
        used.update(reasons)
        if not reasons:
            wrong += 1
            if wrong <= SURPRISES_SHOWN:
                print(f"FAILED  {file}\n        libxml2: {their or 'ok'}\n        facade:  {our or 'ok'}")
    for pattern in known.keys() - used:
        wrong += 1
        print(f"FAILED  {pattern} is listed as a difference and is none")
    print(f"{len(files)} documents, {counts[True]} valid and {counts[False]} not; {wrong} surprises")
    if min(counts.values()) < 100:
        raise SystemExit("too few documents of one kind: this run proves nothing")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True, help="dfdg-facade")
    parser.add_argument("--root", type=pathlib.Path, required=True, help="the repository")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="folder for the documents; emptied first")
    arguments = parser.parse_args()
    root = arguments.root
    known = listed(pathlib.Path(__file__).with_name("oracle_differences.txt"))
    files, verdicts = [], []
    for folder, service in SERVICES.items():
        own = write_all(root / "tests/scenarios" / folder, arguments.work / folder)
        files += own
        verdicts += ours(own, arguments.binary, root / f"wsdl/{service}.wsdl")
    return 1 if compare(files, theirs(files, root / "xsd"), verdicts, known) else 0


if __name__ == "__main__":
    sys.exit(main())
