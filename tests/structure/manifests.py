#!/usr/bin/python3
"""The manifests in examples/ keep what the documents promise: health is asked of svctl, the cluster and the
engine wait longer than my_init needs, and the pod has no rights that it can do without.
usage: manifests.py BINARY (or MY_INIT_BINARY)"""

import glob
import os
import subprocess
import sys

import yaml

BINARY = os.environ.get("MY_INIT_BINARY") or sys.argv[1]
problems = []


def expect(path, what, actual, wanted):
    if actual != wanted:
        problems.append(f"{path}: {what} is {actual!r} instead of {wanted!r}")


def seconds(text):
    """A duration as my_init writes it, of one unit: 500ms, 45s, 1m."""
    for unit, length in (("ms", 0.001), ("s", 1), ("m", 60)):
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * length
    raise ValueError(text)


def grace_periods(directory):
    """What the definitions of a directory ask for, by service: they are the budget where none is set."""
    names = [os.path.basename(file).removesuffix(".yaml") for file in glob.glob(f"{directory}/*.yaml")]
    found = {}
    for name in names:
        explained = subprocess.run(
            ["svctl", "explain", "--services-dir", directory, name], executable=BINARY, capture_output=True, text=True, check=True
        ).stdout
        found[name] = seconds(yaml.safe_load(explained)["stop_grace_period"])
    return found


def check_budget(path, services, budget, limit):
    """The engine's limit is longer than my_init's budget, which no single service exceeds."""
    graces = grace_periods(os.path.join(os.path.dirname(path), services))
    if not graces:
        problems.append(f"{path}: no definitions in {services}")
    for name, grace in graces.items():
        if grace > seconds(budget):
            problems.append(f"{path}: {name} may need {grace} s, the whole shutdown {budget}")
    if seconds(budget) >= limit:
        problems.append(f"{path}: my_init may need {budget}, but is killed after {limit} s")


def check_compose(path, compose):
    for name, service in compose["services"].items():
        where = f"{path}: {name}"
        expect(where, "the health check", service["healthcheck"]["test"], ["CMD", "svctl", "health"])
        check_budget(
            path, "services.d", service["environment"]["MY_INIT_SHUTDOWN_TIMEOUT"], seconds(service["stop_grace_period"])
        )


def check_pod(path, pod):
    container = pod["containers"][0]
    environment = {one["name"]: one["value"] for one in container["env"]}
    check_budget(path, "services.d", environment["MY_INIT_SHUTDOWN_TIMEOUT"], pod["terminationGracePeriodSeconds"])
    for probe, question in (("startup", "--ready"), ("readiness", "--ready"), ("liveness", "--live")):
        expect(path, f"the {probe} probe", container[f"{probe}Probe"]["exec"]["command"], ["svctl", "health", question])
    for key, wanted in (("runAsNonRoot", True), ("runAsUser", 12345), ("runAsGroup", 0)):
        expect(path, key, pod["securityContext"][key], wanted)
    rights = container["securityContext"]
    expect(path, "readOnlyRootFilesystem", rights["readOnlyRootFilesystem"], True)
    expect(path, "allowPrivilegeEscalation", rights["allowPrivilegeEscalation"], False)
    expect(path, "capabilities", rights["capabilities"], {"drop": ["ALL"]})
    volumes = {volume["name"] for volume in pod["volumes"] if "emptyDir" in volume}
    mounted = {mount["mountPath"] for mount in container["volumeMounts"] if mount["name"] in volumes}
    if "/run" not in mounted:
        problems.append(f"{path}: /run is not an emptyDir")


checked = 0
for path in sorted(glob.glob("examples/*/*.yaml")):
    with open(path, encoding="utf-8") as file:
        documents = list(yaml.safe_load_all(file))
    if os.path.basename(path) == "compose.yaml":
        check_compose(path, documents[0])
        checked += 1
    for document in documents:
        if document.get("kind") == "Deployment":
            labels = document["spec"]["template"]["metadata"]["labels"]
            expect(path, "the selector", document["spec"]["selector"]["matchLabels"], labels)
            check_pod(path, document["spec"]["template"]["spec"])
            checked += 1
if checked < 2:
    problems.append(f"only {checked} manifests were found")

for problem in problems:
    print(problem)
if not problems:
    print(f"{checked} manifests keep what the documents promise")
sys.exit(bool(problems))
