// SIGINT and SIGTERM, for subcommands that then end with what they have.
#pragma once

namespace parquet_flow::pf {

// From here on the first signal of a kind is only remembered; the second one does what it would
// have done.
void catchInterrupts();
// The number of one that has come; 0: none. Any thread.
[[nodiscard]] int caughtInterrupt() noexcept;

}  // namespace parquet_flow::pf
