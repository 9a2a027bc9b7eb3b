#!/usr/bin/python3
"""Holds `svctl schema` against the parser: what the parser takes, the schema takes too; what both
can know to be wrong, both refuse. Also against every example and the reference in docs/.
usage: schema.py BINARY (or MY_INIT_BINARY)"""

import glob
import json
import os
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

BINARY = os.environ.get("MY_INIT_BINARY") or sys.argv[1]
problems = []


class Loader(yaml.SafeLoader):
    """Plain words mean what YAML 1.2 says, as in editors: `no` is a text, 010 no octal number."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern in (
    ("bool", "true|false"),
    ("int", "[-+]?[0-9]+"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)"),
    ("null", "~|null|"),
    ("merge", "<<"),
):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^({pattern})$"), None)
Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value, 10))


def svctl(*words):
    return subprocess.run(["svctl", *words], executable=BINARY, capture_output=True, text=True)


def parser_takes(text):
    with tempfile.TemporaryDirectory() as directory:
        with open(f"{directory}/web.yaml", "w", encoding="utf-8") as file:
            file.write(text)
        for name in ("db", "migrate"):
            with open(f"{directory}/{name}.yaml", "w", encoding="utf-8") as file:
                file.write("command: [x]\ntype: oneshot\n")
        return svctl("check", f"{directory}/web.yaml").returncode == 0


schema = json.loads(svctl("schema").stdout)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)


def schema_errors(text):
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(yaml.load(text, Loader))]


def expect_taken(text, what):
    for error in schema_errors(text):
        problems.append(f"{what}: the schema refuses it: {error}")


# ---- documents ----

for path in glob.glob("examples/**/*.yaml", recursive=True) + glob.glob("services.d/*.yaml"):
    if os.path.basename(path) in ("compose.yaml", "deployment.yaml"):
        continue
    with open(path, encoding="utf-8") as file:
        expect_taken(file.read(), path)
with open("docs/service-definitions.md", encoding="utf-8") as file:
    reference = re.search(r"^```yaml\n(.*?)^```", file.read(), re.S | re.M).group(1)
expect_taken(reference, "docs/service-definitions.md")

# ---- the reference has every key, in use or behind a '#', and no other; each default is valid ----

used = yaml.load(re.sub(r"^( {0,4})# ([a-z_]+):", r"\1\2:", reference, flags=re.M), Loader)
properties = schema["$defs"]["service"]["properties"]


def compare_keys(where, documented, known):
    for name in known - documented:
        problems.append(f"docs/service-definitions.md: the reference has no '{name}'{where}")
    for name in documented - known:
        problems.append(f"docs/service-definitions.md: there is no key '{name}'{where}")


compare_keys("", set(used), set(properties))
for key, value in properties.items():
    fields = value.get("properties", {})
    if fields and isinstance(used.get(key), dict):
        compare_keys(f" in '{key}'", set(used[key]), set(fields))
    for name, rule in {key: value, **fields}.items():
        if "default" in rule and list(
            validator.evolve(schema={**rule, "$defs": schema["$defs"]}).iter_errors(rule["default"])
        ):
            problems.append(f"schema: the default of '{name}' is not valid")

# ---- both take ----

GOOD = r"""
command: x y
command: [x, 1, true]
enabled: true
enabled: ${A:-true}
profiles: []
type: forking\npid_file: /run/x.pid
working_dir: /srv
user: 33
user: "0:0"
group_add: [0, "5"]
environment: {A: 1, B: true, C: , D: "", E: 1.5}
environment: [A=1, B]
inherit_environment: false
inherit_environment: [PATH, "DB_*"]
env_file: [{path: /nope, required: false}]
env_file: {path: /nope, required: false}
secrets: {A: /run/secrets/a}
umask: "0022"
umask: "7"
ulimits: {nofile: 5, core: unlimited, nproc: -1, cpu: {soft: 1, hard: unlimited}, as: "5"}
nice: -20
nice: "5"
nice: ${A:-5}
oom_score_adj: 1000
cap_drop: [ALL]\ncap_add: [CHOWN, CAP_KILL]
no_new_privileges: true
type: oneshot\nschedule: "*/5 * * * *"\nschedule_overlap: queue\ntimezone: UTC
type: oneshot\nschedule: "@hourly"
type: oneshot\nschedule: {every: 90s}
listen: {http: "tcp:127.0.0.1:8080", ctl: "unix:/tmp/web.sock:0660"}
depends_on: [db, migrate]
depends_on: {db: , migrate: {}}
depends_on: {db: {condition: service_completed_successfully, required: false, restart: true}}
ready: {notify: true, timeout: 1h30m, interval: 0.5s}\nwatchdog: 30s
ready: {notify: true}\nwatchdog: 0
ready: {fd: 3}
ready: {tcp: "127.0.0.1:80"}
ready: {http: "http://127.0.0.1/"}
ready: {exec: [x]}
ready: {exec: x}
ready: {file: /run/x}
ready: {log: "a|b"}
healthcheck: {test: x, interval: 1m, timeout: 3s, retries: 1, start_period: 0, start_interval: 1s, on_failure: none}
healthcheck: {test: [CMD, x], retries: "2"}
healthcheck: {test: {tcp: "127.0.0.1:80"}}
healthcheck: {test: {http: "http://127.0.0.1/"}}
healthcheck: {test: [NONE]}
healthcheck: {disable: true}
restart: no
restart: "no"
restart: on-failure:5
restart: unless-stopped
success_exit_codes: [0, 255, "7"]
success_exit_codes: []
restart_backoff: {initial: 0s, factor: 1.5, max: 10ms, jitter: 1, reset_after: 100us}
restart_limit: {count: 0, window: 1h, then: shutdown}
restart_limit: {then: {retry_after: 10m}}
essential: true
stop_signal: SIGRTMIN+3
stop_signal: 9
stop_signal: quit
stop_grace_period: 1m30s
stop_grace_period: 0
stop_grace_period: .5h
kill_mode: process
pre_start: [[x, y], z]
post_start: []\npre_stop: []\npost_stop: [x]
reload_signal: USR1
reload_command: [x]
logging: {driver: none, format: raw, timestamps: true, tail: 0, rate_limit: 5}
logging: {driver: file, path: /tmp/x.log, max_size: 64K, max_file: 1, compress: true}
logging: {mode: non-blocking, max_buffer_size: 65536}
logging: {tail: 1mb}
x-mine: {a: [1, {b: 2}]}
description: 5
""".strip()

shown = set()
for line in GOOD.split("\n"):
    text = line.replace("\\n", "\n") + "\n"
    shown |= set(yaml.load(text, Loader))
    if not text.startswith("command"):
        text += "command: x\n"
    if not parser_takes(text):
        problems.append(f"the parser refuses what this test takes to be good: {line}")
    expect_taken(text, line)
if set(properties) - shown:
    problems.append(f"this test has no good line for {sorted(set(properties) - shown)}")
SEVERAL = "services:\n  web: {command: x}\n  a.b-c_1: {command: [y]}\nx-base: 1\n"
expect_taken(SEVERAL, "several services")

# ---- both refuse ----

BAD = """
comand: x
enabled: "true"
enabled: yes
type: daemon
command: []
command: {a: b}
working_dir: srv
umask: 0022
umask: "0099"
nice: 20
nice: 1.5
oom_score_adj: -1001
ulimits: {files: 5}
ulimits: {nofile: {soft: 5}}
environment: x
secrets: [x]
depends_on: db
depends_on: {db: {condition: service_ready}}
depends_on: {db: {conditions: service_started}}
ready: {notifi: true}
ready: {fd: 2}
healthcheck: {test: x, retries: 0}
healthcheck: {test: {udp: x}}
restart: sometimes
restart: true
restart_backoff: {initial: 5}
restart_backoff: {factor: 0.5}
restart_backoff: {jitter: 2}
restart_limit: {then: retry}
restart_limit: {then: {retry_after: 5}}
success_exit_codes: [256]
success_exit_codes: 0
stop_grace_period: 10
stop_grace_period: 10 seconds
kill_mode: all
pre_start: x
logging: {driver: syslog}
logging: {tail: 5x}
logging: {max_file: 0}
logging: {drivers: none}
essential:
""".strip()

for line in BAD.split("\n"):
    text = line + "\n" + ("" if line.startswith("command") else "command: x\n")
    if parser_takes(text):
        problems.append(f"the parser takes what this test takes to be wrong: {line}")
    if not schema_errors(text):
        problems.append(f"the schema takes what is wrong: {line}")
for text in ("services: {-a: {command: x}}\n", "services: {a: {comand: x}}\n", "services: {a: {}}\ncommand: x\n", "- x\n"):
    if not schema_errors(text):
        problems.append(f"the schema takes what is wrong: {text!r}")

for problem in problems:
    print(problem)
if not problems:
    print(f"the schema and the parser agree on {len(properties)} keys")
sys.exit(bool(problems))
