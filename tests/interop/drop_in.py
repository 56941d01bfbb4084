"""Writes the contracts of this repository again as an operator with other ones would have them.

Every target namespace, every SOAPAction and the path of the service are changed; the mappings are copied as they are.
If a facade serves the result and a foreign client still gets its answers, then genuine contracts can be dropped in
without editing a mapping.
"""

import argparse
import pathlib
import re
import shutil


def namespaces(files):
    """Every target namespace in these files, sorted."""
    found = set()
    for file in files:
        found.update(re.findall(r'targetNamespace="([^"]*)"', file.read_text("utf-8")))
    return sorted(found)


def other_names(text, names):
    """The text with other namespaces (whole attribute values only) and SOAPActions."""
    for number, name in enumerate(names):
        text = text.replace(f'"{name}"', f'"http://drop-in.example/{number}/"')
    return re.sub(r'soapAction="[^"#]*#([^"]*)"', r'soapAction="urn:drop-in:\1"', text)


def other_path(text, path):
    """services.toml with this path in place of the one BookingService has."""
    text, count = re.subn(r'(?m)^(paths\s*=\s*)\["[^"\]]*/BookingService\.svc"\]', rf'\1["{path}"]', text)
    if count != 1:
        raise SystemExit(f"services.toml: one path of BookingService expected, {count} found")
    return text


def write(root, target, path):
    shutil.rmtree(target, ignore_errors=True)
    contracts = sorted([*root.glob("wsdl/*.wsdl"), *root.glob("xsd/*.xsd")])
    names = namespaces(contracts)
    for file in contracts:
        copy = target / file.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(other_names(file.read_text("utf-8"), names), "utf-8")
    shutil.copytree(root / "mappings", target / "mappings")
    services = target / "mappings/services.toml"
    services.write_text(other_path(services.read_text("utf-8"), path), "utf-8")
    print(f"{len(contracts)} files with {len(names)} other namespaces in {target}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, required=True, help="the repository")
    parser.add_argument("--to", type=pathlib.Path, required=True, help="folder to write; emptied first")
    parser.add_argument("--path", required=True, help="path at which BookingService is to be served")
    arguments = parser.parse_args()
    write(arguments.root, arguments.to, arguments.path)
