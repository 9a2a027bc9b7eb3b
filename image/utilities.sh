#!/bin/sh
# Third of the scripts that make `full`: what people look for in a container.
set -eu
install_clean curl less
