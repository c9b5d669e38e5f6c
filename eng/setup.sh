# Sourced by ./bascule and ./test: finds what they need, installs it by apt where that is allowed, and otherwise says
# exactly what is missing. Everything here is a no-op when the program is already there.

# need PROGRAM PACKAGE WHY: makes PROGRAM available; returns 1, having said what to do, when it cannot.
need() {
  command -v "$1" >/dev/null 2>&1 && return 0
  if command -v apt-get >/dev/null 2>&1; then
    local as_root=""
    if [ "$(id -u)" != 0 ]; then
      sudo -n true 2>/dev/null && as_root="sudo -n"
    fi
    if [ "$(id -u)" = 0 ] || [ -n "$as_root" ]; then
      echo "installing $2 ($3)..." >&2
      $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q "$2" >/dev/null 2>&1 ||
        { $as_root apt-get update -q >/dev/null 2>&1 &&
          $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q "$2" >/dev/null 2>&1; } || true
      command -v "$1" >/dev/null 2>&1 && return 0
    fi
  fi
  echo "missing: $1 ($3). Install it with: sudo apt-get install $2" >&2
  return 1
}

# need_dotnet: the one thing that cannot be installed for you, because there are several good ways to get it.
need_dotnet() {
  command -v dotnet >/dev/null 2>&1 && return 0
  echo "missing: dotnet (the .NET 10 SDK). See https://learn.microsoft.com/dotnet/core/install/linux-debian" >&2
  return 1
}
