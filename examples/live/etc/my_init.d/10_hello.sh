#!/bin/sh
echo "start-up script: I run before every service"
