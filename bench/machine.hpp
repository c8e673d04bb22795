// What the machine did beside: so that a bad spell of it shows.
#pragma once

namespace parquet_flow::bench {

// Time that the hypervisor gave to others while a CPU of ours wanted to run, of all CPUs since the
// start of the system, by /proc/stat, which counts hundredths of a second; 0 where that is not to
// be had.
[[nodiscard]] double stealMs();

// What it takes to have a cache line from the other CPU: half of a round trip between two threads,
// the median of many. Two virtual CPUs on one cluster of cores have some 20 to 60 ns, on different
// ones several times that, and every hand-over between threads costs accordingly. Negative
// CPU numbers: anywhere.
[[nodiscard]] double lineTransferNs(int cpu, int otherCpu, double nsPerTick);

}  // namespace parquet_flow::bench
