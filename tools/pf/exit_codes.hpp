// What `pf` ends with; docs/tool.md and the help have them too.
#pragma once

namespace parquet_flow::pf {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;  // I/O, memory, a file that cannot be read; no file published
inline constexpr int kExitUsage = 2;   // the command line: nothing was touched
inline constexpr int kExitExists = 3;  // a file is there, and --force is not: nothing was touched
inline constexpr int kExitFaulty =
    4;  // verify: a file is not as the format or the file itself says
inline constexpr int kExitSomeFailed = 5;  // merge: done, without files that could not be read
// Stopped by a signal, with complete files: 128 and the signal, as shells have it. 130 is SIGINT's,
// 143 SIGTERM's; 141, SIGPIPE's, where nobody reads the output any more.
inline constexpr int kExitSignal = 128;

}  // namespace parquet_flow::pf
