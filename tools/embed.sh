#!/bin/sh
# Writes a C file that defines NAME and NAME_len with the contents of FILE, NUL-terminated.
# usage: tools/embed.sh NAME FILE >OUT.c
set -eu
name=$1
file=$2
[ -r "$file" ] || { echo "embed.sh: cannot read $file" >&2; exit 1; }
echo "/* Generated from $file. */"
echo "extern const char ${name}[];"
echo "extern const unsigned long ${name}_len;"
echo "const char ${name}[] = {"
od -An -v -td1 "$file" | sed 's/\(-\{0,1\}[0-9][0-9]*\)/\1,/g'
echo "0};"
echo "const unsigned long ${name}_len = sizeof $name - 1;"
