// SPDX-License-Identifier: GPL-3.0-or-later
// The CLI11 side of a verb: for verb.cpp and command_line.cpp only.
#pragma once

#include "app/cli/verb.h"

#include <CLI/App.hpp>

#include <functional>
#include <string>
#include <vector>

namespace tessera::cli {

struct Verb::Impl {
    CLI::App* app = nullptr;  // owned by the root application
    std::string details;
    std::vector<std::string> examples;
    std::string heading = "Options";
    bool hidden = false;
    std::vector<std::function<Result<void>()>> checks;
    std::function<Result<int>(Output&)> action;
};

}  // namespace tessera::cli
