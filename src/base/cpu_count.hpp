// How many CPUs this process may use.
#pragma once

#include <cstdint>
#include <string>

namespace parquet_flow {

// At least 1: the CPUs that the process's affinity allows, or the time that its control groups
// allow, rounded up, where that is less. Reads files of the system, at most once a second.
[[nodiscard]] std::uint32_t usableCpus();

// What control groups allow: of version 2 (cpu.max) and 1 (cpu.cfs_quota_us), the process's own and
// those above it. UINT32_MAX: no bound, or nothing that could be read. `root` stands before
// /proc/self/cgroup and /sys/fs/cgroup.
[[nodiscard]] std::uint32_t cgroupCpus(const std::string& root);

}  // namespace parquet_flow
