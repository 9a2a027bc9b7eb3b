#!/usr/bin/python3
"""What `docker run` needs to restrict a container as a Kubernetes Deployment does, a word a line.
usage: pod.py options|startup|readiness|liveness MANIFEST"""

import sys

import yaml

question, path = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    pod = next(yaml.safe_load_all(file))["spec"]["template"]["spec"]
container = pod["containers"][0]

if question != "options":
    words = container[f"{question}Probe"]["exec"]["command"]
else:
    words = ["--user", f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}"]
    rights = container["securityContext"]
    if rights["readOnlyRootFilesystem"]:
        words.append("--read-only")
    if not rights["allowPrivilegeEscalation"]:
        words += ["--security-opt", "no-new-privileges"]
    for capability in rights["capabilities"]["drop"]:
        words += ["--cap-drop", capability]
    for variable in container["env"]:
        words += ["--env", f"{variable['name']}={variable['value']}"]
    words += ["--memory", container["resources"]["limits"]["memory"].removesuffix("i").lower()]
    for mount in container["volumeMounts"]:
        # The mode of an emptyDir.
        words += ["--tmpfs", f"{mount['mountPath']}:mode=0777"]
print("\n".join(words))
