#!/bin/sh
# aarch64_sysroot.sh FOLDER - what the library and its tests link, as Debian builds it for arm64.
#
# The packages are unpacked into FOLDER and not installed: a machine need not take a foreign
# architecture on, whose packages would hold the versions of its own. Compiler and C library are
# those of g++-aarch64-linux-gnu; headers that are the same everywhere (Boost, tl-expected,
# moodycamel) are the machine's. apt works on lists and a cache of its own, so it needs no root.
# FOLDER/sysroot.ini tells Meson where it is. Quick when FOLDER has been made by this very script.
set -eu
folder=$1
cmp -s "$0" "$folder/made-by" && exit 0

rm -rf "$folder"
mkdir -p "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial" "$folder/debs"
: >"$folder/apt/status"
folder=$(cd "$folder" && pwd)
apt() {
  apt-get -q -o APT::Architecture=arm64 -o APT::Architectures=arm64 \
    -o Dir::State="$folder/apt" -o Dir::State::lists="$folder/apt/lists" \
    -o Dir::State::status="$folder/apt/status" -o Dir::Cache="$folder/apt/cache" \
    -o APT::Sandbox::User= -o APT::Update::Post-Invoke-Success= "$@"
}
apt update
(cd "$folder/debs" && apt download \
  zlib1g zlib1g-dev libthrift-dev libgtest-dev libgmock-dev \
  libdeflate0 libdeflate-dev libisal2 libisal-dev libsnappy1v5 libsnappy-dev libzstd1 libzstd-dev \
  liblz4-1 liblz4-dev libbrotli1 libbrotli-dev libxxhash0 libxxhash-dev libflatbuffers2 \
  libflatbuffers-dev nlohmann-json3-dev)
for package in "$folder"/debs/*.deb; do
  dpkg-deb -x "$package" "$folder"
done
rm -rf "$folder/apt" "$folder/debs"
printf "[constants]\nsysroot = '%s'\n" "$folder" >"$folder/sysroot.ini"
cp "$0" "$folder/made-by"
