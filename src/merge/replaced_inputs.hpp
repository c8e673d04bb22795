// What an output replaces or takes away may be among the inputs. Their rows are nowhere else then:
// they stay as they are, and there is no output, unless it has all of them.
#pragma once

#include <map>
#include <string>

#include "base/status.hpp"
#include "io/posix_directory.hpp"
#include "merge/options.hpp"

namespace parquet_flow::merge {

// Files are told apart by what they are, not by their paths: there may be links. One thread.
class ReplacedInputs {
 public:
  // Looks at what is in the output's place. Where nothing is, or it is not to be replaced, nothing
  // is asked for below. `options` must live as long.
  [[nodiscard]] static Result<ReplacedInputs> find(const MergeOptions& options);

  // All rows of the file at this path go into the output.
  void take(const std::string& path);
  // Whether it has to go in, and has not: it cannot be left out.
  [[nodiscard]] bool needs(const std::string& path) const;
  // The error that ends the merge where a file that is needed has failed.
  [[nodiscard]] static Error leftOut(const std::string& path, Error error);
  // Of a merge that goes no further: kCancelled where an input is needed; errors as those of
  // Paths, by ofFile.
  [[nodiscard]] Result<void> checkStopped() const;
  // Not all rows go into the output, of whatever file they are.
  void takeBack();

 private:
  using Files = std::map<io::Inode, bool>;

  [[nodiscard]] Files::const_iterator fileAt(const std::string& path) const;
  explicit ReplacedInputs(const MergeOptions& options) : options_(&options) {}

  const MergeOptions* options_;
  Files files_;  // whether they were taken
};

}  // namespace parquet_flow::merge
