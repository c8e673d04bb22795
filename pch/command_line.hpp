// Compiled once for a program with options; see standard.hpp.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "standard.hpp"
