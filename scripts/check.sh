#!/usr/bin/env bash
# All checks that need no tests. Every one runs even if an earlier one fails.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
export PATH="$PWD/.venv/bin:$PATH"
failed=()

check() {
    local title="$1" begin=$SECONDS
    shift
    if "$@"; then
        printf -- '-- %s: good (%d s)\n' "$title" $((SECONDS - begin))
    else
        printf -- '-- %s: FAILED\n' "$title"
        failed+=("$title")
    fi
}
# Django's checks look at the database, so they get one.
with_servers() { python -m scripts.with_servers --var var/check -- "$@"; }

check "format" python -m ruff format --check --quiet .
check "lint" python -m ruff check --quiet .
check "imports" python -c 'import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())'
check "documentation" python -m scripts.check_docs
check "types" with_servers python -m mypy .
check "django" with_servers python manage.py check
check "migrations" with_servers python manage.py makemigrations --check --dry-run

if [ ${#failed[@]} -gt 0 ]; then
    printf 'Failed: %s\n' "$(IFS=,; echo "${failed[*]}")"
    exit 1
fi
echo "All checks passed"
