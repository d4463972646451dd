#!/usr/bin/env bash
# Makes .venv beside the Makefile with exactly the packages of requirements/dev.txt.
# Quick when there is nothing to do; safe to run twice at the same time.
# PYTHON chooses the interpreter; otherwise the first of python3.11, python3.12, python3.
# -e is left out on purpose: every step that may fail says itself what to do about it.
set -u

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
venv="$root/.venv"
wanted="$root/requirements/dev.txt"
stamp="$venv/.bootstrap-stamp"

say() { printf 'bootstrap: %s\n' "$*"; }
fail() { printf 'bootstrap: %s\n' "$*" >&2; exit 1; }

# The clone's path is part of the stamp; see was_moved.
content() { cat "$wanted"; printf '%s' "$root"; }
hash_of_wanted() {
    if command -v sha256sum >/dev/null; then content | sha256sum; else content | shasum -a 256; fi
}
is_current() {
    [ -x "$venv/bin/python" ] && [ -r "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]
}

[ -r "$wanted" ] || fail "requirements/dev.txt is missing"
now="$(hash_of_wanted)"
is_current && exit 0

mkdir -p "$root/var" || fail "cannot make $root/var"
if command -v flock >/dev/null; then
    exec 9>"$root/var/bootstrap.lock"
    flock -n 9 || { say "waiting for another bootstrap of this clone"; flock 9; }
    is_current && exit 0
fi

on_debian_as_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
apt_install() {
    say "installing $* with apt"
    export DEBIAN_FRONTEND=noninteractive
    # Children must not inherit the lock (9): one that stays would hold it.
    apt-get update -qq 9>&- && apt-get install -y -qq --no-install-recommends "$@" 9>&- >/dev/null
}

is_python() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
find_python() {
    local name
    for name in ${PYTHON:+"$PYTHON"} python3.11 python3.12 python3; do
        if command -v "$name" >/dev/null && is_python "$name"; then command -v "$name"; return; fi
        [ -n "${PYTHON:-}" ] && [ "$name" = "$PYTHON" ] && return 1
    done
    return 1
}
python="$(find_python)"
if [ -z "$python" ] && [ -z "${PYTHON:-}" ] && on_debian_as_root; then
    apt_install python3 python3-venv
    python="$(find_python)"
fi
[ -n "$python" ] || fail "Python 3.11 or newer is needed${PYTHON:+ ($PYTHON is not)}; install it or set PYTHON"
version="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
case "$version" in
    3.11 | 3.12) ;;
    *) say "Python $version: the Redis package has wheels up to 3.12 only and is compiled here (needs make and a C compiler)" ;;
esac

make_venv() { "$python" -m venv --clear "$venv" 9>&- >"$root/var/bootstrap.log" 2>&1; }
has_package() { "$venv/bin/python" -m "$1" --version >/dev/null 2>&1; }

# Programs in a virtual environment do not survive a move or a copy of the clone.
was_moved() { [ -r "$venv/.bootstrap-place" ] && [ "$(cat "$venv/.bootstrap-place")" != "$root" ]; }

if was_moved || [ ! -x "$venv/bin/python" ] || ! is_python "$venv/bin/python" || { ! has_package uv && ! has_package pip; }; then
    say "making .venv with Python $version"
    if ! make_venv; then
        if on_debian_as_root; then
            # Debian ships venv apart, under the interpreter's own version.
            apt_install "python$version-venv" || apt_install python3-venv || fail "apt cannot install python3-venv"
            make_venv || fail "python -m venv failed; see var/bootstrap.log"
        else
            cat "$root/var/bootstrap.log" >&2
            fail "Python's venv module does not work; on Debian or Ubuntu: sudo apt-get install python$version-venv"
        fi
    fi
fi

if ! has_package uv; then
    say "installing uv"
    # Its lines of dev.txt, so that the installer is pinned by hash like everything else.
    awk '/^uv==/ {on = 1; print; next} on && /^[[:space:]]/ {print; next} {on = 0}' "$wanted" >"$root/var/uv.txt"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
        -r "$root/var/uv.txt" 9>&- || say "uv is not to be had; pip does it, a little slower"
fi

say "installing the pinned packages"
cd "$root" || exit 1
if has_package uv; then
    "$venv/bin/python" -m uv pip sync --quiet --compile-bytecode --python "$venv/bin/python" --require-hashes \
        requirements/dev.txt 9>&- || fail "the packages could not be installed; see above"
else
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
        -r requirements/dev.txt 9>&- || fail "the packages could not be installed; see above"
fi
printf '%s\n' "$root" >"$venv/.bootstrap-place"
printf '%s\n' "$now" >"$stamp"
say "done"
