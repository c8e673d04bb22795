// Goal: the CPUs that control groups leave, of either version, of the process's group and those
// above it. Method: trees of files as the kernel shows them.
#include "base/cpu_count.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/thread.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow {
namespace {

class CgroupCpus : public ::testing::Test {
 protected:
  void put(const std::string& path, const std::string& text) {
    const std::string whole = root.path() + path;
    std::filesystem::create_directories(std::filesystem::path(whole).parent_path());
    test::writeWholeFile(whole, text);
  }
  [[nodiscard]] std::uint32_t cpus() const { return cgroupCpus(root.path()); }

  test::TempDirectory root;
};

TEST_F(CgroupCpus, noFilesNoBound) { EXPECT_EQ(cpus(), UINT32_MAX); }

TEST_F(CgroupCpus, quotaOfVersionTwo) {
  put("/proc/self/cgroup", "0::/user/app\n");
  EXPECT_EQ(cpus(), UINT32_MAX);
  put("/sys/fs/cgroup/user/app/cpu.max", "max 100000\n");
  EXPECT_EQ(cpus(), UINT32_MAX);
  put("/sys/fs/cgroup/user/app/cpu.max", "300000 100000\n");
  EXPECT_EQ(cpus(), 3U);
}

TEST_F(CgroupCpus, partOfACpuIsOne) {
  put("/proc/self/cgroup", "0::/\n");
  put("/sys/fs/cgroup/cpu.max", "150000 100000\n");
  EXPECT_EQ(cpus(), 2U);
  put("/sys/fs/cgroup/cpu.max", "1000 100000\n");
  EXPECT_EQ(cpus(), 1U);
}

TEST_F(CgroupCpus, groupAboveMayLeaveLess) {
  put("/proc/self/cgroup", "0::/a/b\n");
  put("/sys/fs/cgroup/a/b/cpu.max", "800000 100000\n");
  put("/sys/fs/cgroup/a/cpu.max", "200000 100000\n");
  EXPECT_EQ(cpus(), 2U);
}

TEST_F(CgroupCpus, quotaOfVersionOne) {
  put("/proc/self/cgroup", "4:memory:/x\n3:cpuset:/\n2:cpu,cpuacct:/job\n0::/\n");
  put("/sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "-1\n");
  put("/sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cpus(), UINT32_MAX);
  put("/sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "400000\n");
  EXPECT_EQ(cpus(), 4U);
}

TEST_F(CgroupCpus, whatCannotBeReadIsNoBound) {
  put("/proc/self/cgroup", "what\n:::\n0:\n0::relative\n");
  put("/sys/fs/cgroup/cpu.max", "many\n");
  EXPECT_EQ(cpus(), UINT32_MAX);
}

TEST(UsableCpus, areSomeAndNoMoreThanTheAffinityAllows) {
  EXPECT_GE(usableCpus(), 1U);
  EXPECT_LE(usableCpus(), affinityCpus());
}

}  // namespace
}  // namespace parquet_flow
