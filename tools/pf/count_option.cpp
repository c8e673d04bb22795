#include "pf/count_option.hpp"

#include "pf/values.hpp"

namespace parquet_flow::pf {

CLI::Option* addCount(CLI::App& command, const char* name, std::uint64_t& value,
                      const std::string& help) {
  return command
      .add_option_function<std::string>(
          name,
          [&value, name](const std::string& text) {
            const auto count = parseCount(text);
            if (!count) {
              throw CLI::ValidationError(name, "not a number, or one with k, M, G or T: " + text);
            }
            value = *count;
          },
          help)
      ->type_name("N");
}

}  // namespace parquet_flow::pf
