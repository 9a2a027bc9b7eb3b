#!/usr/bin/python3
"""A document as a script for bash: its blocks of sh as they are, each other block into the file that the text before it names last.
usage: document.py FILE"""

import re
import shlex
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    parts = re.split(r"^```(\w*)\n(.*?)^```$", file.read(), flags=re.S | re.M)
name = None
for text, language, content in zip(parts[0::3], parts[1::3], parts[2::3]):
    named = re.findall(r"`((?:[\w.-]+/)*(?:Dockerfile|[\w-]+\.ya?ml))`", text)
    name = named[-1] if named else name
    if language == "sh":
        print(content)
    elif language:
        print(f"mkdir -p $(dirname {shlex.quote(name)})\ncat >{shlex.quote(name)} <<'END OF BLOCK'\n{content}END OF BLOCK")
