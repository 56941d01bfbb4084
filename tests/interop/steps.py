"""Makes steps.json ready for one run of one client: everything in it is then plain values.

- `"like": "name"` stands for that part, changed by the members beside it (a JSON Merge Patch: null takes a member away);
- `{name}` stands for an id, the same one throughout a run and another one in the next;
- `headers` change the part of that name, unless they are `like` another; `certificate` and `at` become files and an address;
- `by` names the clients that take the step; without it all do.

A client remembers the only value of a reply under the name in `keep`, and sends it where a request has `[name]`.

In an expected reply `"*"` is any value, a list has exactly one match for each of its items, `[]` is nothing at all.
"""

import argparse
import json
import pathlib
import re
import uuid


def merged(base, patch):
    """`base` with `patch` applied, as RFC 7396 has it. What was there keeps its place: elements have an order."""
    if not isinstance(base, dict) or not isinstance(patch, dict):
        return patch
    result = {**base, **{name: merged(base.get(name), value) for name, value in patch.items()}}
    return {name: value for name, value in result.items() if value is not None}


def resolved(value, parts):
    """The value without `like`."""
    if isinstance(value, list):
        return [resolved(item, parts) for item in value]
    if not isinstance(value, dict):
        return value
    own = {name: resolved(member, parts) for name, member in value.items() if name != "like"}
    return merged(resolved(parts[value["like"]], parts), own) if "like" in value else own


def ready(step, parts, demo, addresses):
    """The step as a client carries it out."""
    usual = {} if "like" in step.get("headers", {}) else parts["headers"]
    step = resolved(step, parts)
    step["headers"] = merged(usual, step.get("headers", {}))
    step["url"] = addresses[step.pop("at", step["service"])]
    name = step.pop("certificate", "system")
    folder = pathlib.Path(demo["client_cert"]).parent.parent
    step["certificate"] = name and {"cert": f"{folder / name}/chain.pem", "key": f"{folder / name}/key.pem"}
    return step


def addresses_of(demo, callers, paths):
    """Where each service is, when another facade than the demo's serves them, some of them elsewhere."""
    found = {name: url.replace(demo["callers_url"], callers) for name, url in demo["services"].items()}
    return {**found, **{name: callers + path for name, path in (own.split("=") for own in paths)}}


def prepare(data, demo, services, description, apart, client):
    """The steps of a run by one client. Without a facade apart, those that need one are left out."""
    steps = [step for step in data["steps"] if client in step.pop("by", [client])]
    steps = [step for step in steps if apart or step.get("at") != "apart"]
    made = []
    for step in steps:
        addresses = dict(services)
        if apart:
            addresses["apart"] = addresses_of(demo, apart, [])[step["service"]]
        made.append(ready(step, data["parts"], demo, addresses))
    descriptions = {step["service"]: f"{services[step['service']]}?{description}" for step in made}
    return {"ca": demo["ca_file"], "descriptions": descriptions, "steps": made}


def with_ids(text):
    """The text with an id in place of each {name}."""
    run = uuid.uuid4()
    return re.sub(r"\{([a-z]+)\}", lambda found: str(uuid.uuid5(run, found[1])), text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--demo", type=pathlib.Path, required=True, help="demo.json of the facade to call")
    parser.add_argument("--description", choices=["wsdl", "singleWsdl"], default="wsdl", help="what to generate from")
    parser.add_argument("--callers", help="address of a facade to call in place of the demo's")
    parser.add_argument("--path", action="append", default=[], help="SERVICE=PATH where that is another one")
    parser.add_argument("--apart", help="address of a facade with few rights and no backend (clients.toml)")
    parser.add_argument("--client", required=True, help="who takes the steps: zeep, node, gsoap or php")
    parser.add_argument("--to", type=pathlib.Path, required=True, help="file to write")
    arguments = parser.parse_args()
    steps = json.loads(with_ids(pathlib.Path(__file__).with_name("steps.json").read_text("utf-8")))
    demo = json.loads(arguments.demo.read_text("utf-8"))
    services = addresses_of(demo, arguments.callers or demo["callers_url"], arguments.path)
    made = prepare(steps, demo, services, arguments.description, arguments.apart, arguments.client)
    arguments.to.write_text(json.dumps(made, ensure_ascii=False, indent=1), "utf-8")
