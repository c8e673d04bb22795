// phone_book FILE - each Contact that has a phone, and its numbers: rows in C++.
#include <cstdio>
#include <parquet_flow.hpp>
#include <string_view>

namespace pf = parquet_flow;

int main(int argc, char** argv) {
  const auto reader = pf::Reader::open(pf::Input::path(argc > 1 ? argv[1] : "contacts.parquet"));
  auto rows = reader ? reader->rows() : reader.error();
  if (!rows) return std::fprintf(stderr, "phone_book: %s\n", rows.error().message()), 1;
  for (const pf::Value row : *rows) {
    const std::string_view name = row["name"].string().value_or("somebody");
    for (const pf::Value phone : row["phones"].elements()) {
      const std::string_view number = phone["number"].string().value_or("no number");
      std::printf("%.*s: %.*s\n", static_cast<int>(name.size()), name.data(),
                  static_cast<int>(number.size()), number.data());
    }
  }
  if (rows->error().isOk()) return 0;
  std::fprintf(stderr, "phone_book: %s\n", rows->error().message());
  return 1;
}
