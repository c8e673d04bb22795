#include "pf/codec_option.hpp"

#include <utility>

namespace parquet_flow::pf {
namespace {

std::string builtInCodecs() {
  std::string names;
  for (const char* const name : {"uncompressed", "snappy", "gzip", "zstd", "lz4_raw", "brotli"}) {
    const auto codec = parseCodec(name);
    if (!codec || !codec::checkCodec(codec->compression, codec->level)) continue;
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return names;
}

}  // namespace

CLI::Option* addCodec(CLI::App& command, std::function<void(const CodecChoice&)> take,
                      const std::string& help) {
  return command
      .add_option_function<std::string>(
          "--compression",
          [take = std::move(take)](const std::string& text) {
            const auto codec = parseCodec(text);
            if (!codec) {
              throw CLI::ValidationError(
                  "--compression",
                  "none of " + builtInCodecs() + ", nor one with a level (zstd:3): " + text);
            }
            take(*codec);
          },
          help)
      ->type_name("CODEC");
}

}  // namespace parquet_flow::pf
