#!/bin/sh
# prelink.sh LD OBJCOPY OUTPUT LIBTHRIFT ARCHIVE... - the one object that both products are made of.
#
# Everything in ARCHIVE... and the members of LIBTHRIFT that it needs become one relocatable object
# whose only global definitions are pf_*. A host that carries its own Thrift, or an inline function
# of the same name as one of ours, never meets ours.
#
# --force-group-allocation: COMDAT groups must go, or the host's linker could throw away our copy of
#   an inline function for its own of that name.
# --defsym: Debian's libthrift.a is compiled for executables and reads glibc's
#   __libc_single_threaded pc-relatively, which a shared object may not; it gets a byte of ours.
# llvm-objcopy, not GNU's: GNU's leaves STB_GNU_UNIQUE symbols global, which clash with a host's.
set -eu
ld=$1 objcopy=$2 output=$3 libthrift=$4
shift 4

"$ld" -r --force-group-allocation -o "$output" \
  --defsym=__libc_single_threaded=parquet_flow_libc_single_threaded \
  --whole-archive "$@" --no-whole-archive "$libthrift"
"$objcopy" -w --keep-global-symbol='pf_*' "$output"
