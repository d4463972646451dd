#!/usr/bin/env bash
# Prints the path of a Chromium for the browser tests; installs it when we may.
# Nothing on standard output, and status 1, when there is none.
set -u

find_browser() {
    local name
    for name in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome; do
        command -v "$name" && return
    done
    return 1
}

find_browser && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium with apt for the browser tests" >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null
    find_browser && exit 0
fi
echo "No Chromium: browser tests are skipped. Install chromium or set CHROMIUM." >&2
exit 1
