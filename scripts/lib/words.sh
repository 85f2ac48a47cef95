# shellcheck shell=bash
# How the scripts speak to people. Sourced, not run.

# What is being done, on standard error: standard output is for results.
say() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# Which argument is wrong, and how; then out.
misused() {
    printf '%s: %s\n' "${0##*/}" "$1" "${0##*/}" "--help tells what there is." >&2
    exit 64
}

# What went wrong and what to do about it, a line each; then out.
fail() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    shift
    if (($# > 0)); then printf '    %s\n' "$@" >&2; fi
    exit 1
}
