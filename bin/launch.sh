# Sourced by every program here: runs the TypeScript file of the same name on the pinned Node of
# node_modules, whichever Node is first on the PATH and whatever the working directory is.
# `exec` makes signals and exit codes pass through without a go-between.
program=$(readlink -f "$0")
folder=$(dirname "$program")
case "$(uname -m)" in
x86_64) platform=linux-x64 ;;
aarch64) platform=linux-arm64 ;;
*) platform=other ;;
esac
node="$folder/../node_modules/node-$platform/bin/node"
if [ ! -x "$node" ]; then
  node=node
  # No pinned Node for this machine: the PATH's own serves if it runs TypeScript as it stands.
  if ! node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 22 || (a == 22 && b >= 18) ? 0 : 1)' 2>/dev/null; then
    echo "$(basename "$program"): Cannot start: Node 22.18 or newer is missing; run npm ci in $(dirname "$folder")" >&2
    exit 1
  fi
fi
# Compiled scripts are kept: the next start takes half the time. systemd names its own place for it.
if [ -z "${NODE_COMPILE_CACHE+given}" ]; then
  if [ -n "${CACHE_DIRECTORY:-}" ]; then
    export NODE_COMPILE_CACHE="${CACHE_DIRECTORY%%:*}/node"
  elif [ -n "${XDG_CACHE_HOME:-${HOME:-}}" ]; then
    export NODE_COMPILE_CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/zstone/node"
  fi
fi
# Disks are written through these threads: two for each of eight disks.
export UV_THREADPOOL_SIZE="${UV_THREADPOOL_SIZE:-16}"
# Young objects get 16 MB a half: more memory would make pushes and rules no faster. A program with
# thousands of messages under way at once sets more.
# A large heap is marked beside the work alone: as tasks between requests, marking held these up for
# 0.1 s at a time.
engine="--max-semi-space-size=${young_mb:-16} --no-incremental-marking-task ${engine_flags:-}"
# A program that is to stay small has its scripts compiled by another: the one that compiles keeps
# 25 MB for it until it ends.
if [ -n "${compiles_first:-}" ] && [ -n "${NODE_COMPILE_CACHE:-}" ]; then
  # shellcheck disable=SC2086 # They are several words.
  "$node" $engine --disable-warning=ExperimentalWarning "$program.ts" --version >/dev/null 2>&1 || true
fi
# shellcheck disable=SC2086
exec "$node" $engine --disable-warning=ExperimentalWarning "$program.ts" "$@"
