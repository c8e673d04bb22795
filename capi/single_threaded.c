// What scripts/prelink.sh puts in the place of glibc's __libc_single_threaded, for our objects and
// Thrift's alike: 0, "other threads may run", which is always right to assume.
__attribute__((visibility("hidden"))) const char parquet_flow_libc_single_threaded = 0;
