// The files that are to be merged, one after the other, from what the command line names: lists,
// directories and files.
//
//   LIST   a text file: a path a line, with space around it cut off. Blank lines, and those that do
//          not end in ".parquet", are skipped and counted.
//   DIR    the files below it that end in ".parquet", in the order of their names, each directory
//          behind the files beside it. What begins with '.' or '_' is passed by, as all readers of
//          such directories do; so is a link to a directory that it is in (other links count as
//          what they lead to). What the output is called, in one of these directories, and is to
//          replace, has to be named as a FILE too, and is that alone; else it is an error.
//   FILE   any other that ends in ".parquet".
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "io/file.hpp"
#include "merge/options.hpp"
#include "merge/output_names.hpp"

namespace parquet_flow::merge {

struct PathCounts {
  std::uint64_t paths = 0;        // given out
  std::uint64_t blankLines = 0;   // of lists
  std::uint64_t otherSuffix = 0;  // lines of lists, and files of directories
  std::uint64_t outputs = 0;      // of directories, called as the output: named by themselves too
};

// Of a list the part that is being read is in memory, of a directory its names. One thread.
class Paths {
 public:
  // `output`: that the merge may replace; empty: none. kInvalidArgument: no input; an input that is
  // not there, and is not called like a Parquet file.
  [[nodiscard]] static Result<std::unique_ptr<Paths>> open(std::vector<std::string> inputs,
                                                           const std::string& output = {});
  // Of a merge's inputs and output.
  [[nodiscard]] static Result<std::unique_ptr<Paths>> ofMerge(const MergeOptions& options);
  // What `next` would say of the output in a directory, of all directories among the inputs at
  // once; errors as both.
  [[nodiscard]] static Result<void> checkOutput(const MergeOptions& options);

  // The next path; false: there are no more. kIo of a list or a directory; kInvalidArgument for a
  // line that is too long for a path, and for the output in a directory.
  [[nodiscard]] Result<bool> next(std::string& out);
  [[nodiscard]] const PathCounts& counts() const noexcept { return counts_; }

  static constexpr std::size_t kLineBytesMax = 64 << 10;

 private:
  struct Walk {
    std::string prefix;              // of the names, with '/'
    std::string real;                // without links
    std::vector<std::string> names;  // what is left, the next one last; directories end in '/'
  };

  explicit Paths(std::vector<std::string> inputs) : inputs_(std::move(inputs)) {}
  [[nodiscard]] bool isOutput(const std::string& real, const std::string& name) const noexcept;
  [[nodiscard]] Result<void> checkNamed(const Walk& walk, const std::string& name) const;
  [[nodiscard]] Result<bool> openInput();
  [[nodiscard]] Result<void> openWalk(const std::string& path);
  [[nodiscard]] Result<bool> nextOfWalk(std::string& out);
  [[nodiscard]] Result<bool> nextOfList(std::string& out);
  [[nodiscard]] Result<bool> nextLine(std::string_view& out);

  std::vector<std::string> inputs_;
  OutputPlace output_;  // its directory without links; empty: none that is there, to be replaced
  std::size_t nextInput_ = 0;
  std::string single_;  // a path that is an input by itself
  std::vector<Walk> walks_;
  std::unique_ptr<io::InputFile> list_;
  std::uint64_t listOffset_ = 0;
  ByteBuffer piece_;  // of the list
  std::size_t pieceAt_ = 0;
  PathCounts counts_;
};

}  // namespace parquet_flow::merge
