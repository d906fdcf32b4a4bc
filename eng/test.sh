#!/usr/bin/env bash
# Runs every test project that is built and ends with the line `N passed, N failed`, counted from their own reports.
#   eng/test.sh [Release|Debug]
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}
passed=0 failed=0 skipped=0 status=0

for project in tests/*Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    report=artifacts/test-results/$name.xml
    mkdir -p "$(dirname "$report")" && rm -f "$report"
    "artifacts/bin/$name/${configuration,,}/$name" --no-progress --no-ansi \
        --results-directory "$(dirname "$report")" --report-xunit --report-xunit-filename "$(basename "$report")" \
        || status=1
    if [ ! -s "$report" ]; then
        echo "$name wrote no report" >&2
        failed=$((failed + 1)) status=1
        continue
    fi
    for assembly in $(grep -oE '<assembly [^>]*' "$report" | tr ' ' '\n' | grep -E '^(passed|failed|errors|skipped)=' | tr -d '"'); do
        case $assembly in
            passed=*) passed=$((passed + ${assembly#*=})) ;;
            failed=* | errors=*) failed=$((failed + ${assembly#*=})) ;;
            skipped=*) skipped=$((skipped + ${assembly#*=})) ;;
        esac
    done
done

# The names of what failed come last, where whoever reads only the end of a log sees them.
grep -ohE '<test [^>]*result="Fail"[^>]*' artifacts/test-results/*.xml | grep -oE ' name="[^"]*"' | sed 's/^/failed:/'
[ "$failed" -eq 0 ] || status=1
if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
exit $status
