#!/usr/bin/env bash
# Builds a genuine kube-apiserver from Debian's source package and installs etcd, once; later calls find both and say where they are.
#   scripts/kube-apiserver.sh            prints the folder that holds `kube-apiserver` and `etcd`
# The source is the stable suite's (1.20): real validation, admission, RBAC, server-side apply, watch. It takes about eight minutes of two cores and
# works offline once the packages are there. What is built is kept in a cache folder ($INGRESSKIT_CACHE, else ~/.cache/ingresskit).
set -euo pipefail

cache="${INGRESSKIT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ingresskit}/kube-apiserver"
mkdir -p "$cache"
say() { printf 'kube-apiserver: %s\n' "$*" >&2; }

# One build at a time; a second caller waits for the first.
exec 9>"$cache/lock"
flock 9

if [ -x "$cache/bin/kube-apiserver" ] && [ -x "$cache/bin/etcd" ]; then
  echo "$cache/bin"
  exit 0
fi
command -v apt-get >/dev/null || { say 'this needs Debian: there is no apt-get'; exit 1; }

export DEBIAN_FRONTEND=noninteractive
work="$cache/work"
rm -rf "$work" && mkdir -p "$work" "$cache/bin"
cd "$work"

# A package configuration of its own, with the source packages switched on: the system's stays as it is.
mkdir -p lists/partial archives/partial
if [ -f /etc/apt/sources.list.d/debian.sources ]; then
  sed 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/debian.sources >sources.sources
  source_option=(-o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$work/parts")
  mkdir parts && mv sources.sources parts/debian.sources
else
  sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >sources.list
  cat /etc/apt/sources.list >>sources.list
  source_option=(-o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null)
fi
options=("${source_option[@]}" -o Dir::State::Lists="$work/lists" -o Dir::Cache::Archives="$work/archives" -o APT::Sandbox::User=root)

say 'installing Go, rsync and the reflect2 package'
apt-get "${options[@]}" -qq update
apt-get "${options[@]}" -qq install -y --no-install-recommends golang-go rsync golang-github-modern-go-reflect2-dev dpkg-dev make >&2
say 'fetching the sources and etcd'
apt-get "${options[@]}" -qq source --download-only kubernetes >&2
apt-get "${options[@]}" -qq download etcd-server >&2
dpkg -x etcd-server_*.deb etcd
cp etcd/usr/bin/etcd "$cache/bin/etcd"
dpkg-source -x kubernetes_*.dsc kubernetes >&2

# With this Go the vendored reflect2 crashes the server at the first CustomResourceDefinition; Debian's own version of it does not.
target=kubernetes/vendor/github.com/modern-go/reflect2
rm -f "$target"/*.go "$target"/*.s
cp /usr/share/gocode/src/github.com/modern-go/reflect2/*.{go,s} "$target/"
rm -f "$target"/*_test.go

say 'building (about eight minutes)'
cd kubernetes
GOPROXY=off GOFLAGS=-mod=vendor CGO_ENABLED=0 GOCACHE="$work/go-cache" make -s WHAT=cmd/kube-apiserver >"$work/build.log" 2>&1 || {
  tail -n 40 "$work/build.log" >&2
  say 'the build failed'
  exit 1
}
binary=$(find _output -type f -name kube-apiserver -perm -u+x | head -n 1)
[ -n "$binary" ] || { say 'the build left no binary'; exit 1; }
strip "$binary" 2>/dev/null || true
cp "$binary" "$cache/bin/kube-apiserver"
cd / && rm -rf "$work"
say "built $("$cache/bin/kube-apiserver" --version)"
echo "$cache/bin"
