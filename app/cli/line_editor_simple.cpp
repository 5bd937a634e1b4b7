// SPDX-License-Identifier: GPL-3.0-or-later
// Built where there is no line-editing library: the terminal's own editing, no history.
#include "app/cli/line_editor.h"

#include <cstdio>
#include <iostream>

namespace tessera::cli {

namespace {

class SimpleReader : public LineEditor {
public:
    LineInput read(const std::string& prompt) override {
        std::fputs(prompt.c_str(), stderr);
        std::fflush(stderr);
        LineInput input;
        if (!std::getline(std::cin, input.text)) return input;
        input.kind = LineInput::Kind::Line;
        return input;
    }
};

}  // namespace

std::unique_ptr<LineEditor> makeTerminalReader(const std::filesystem::path&) { return std::make_unique<SimpleReader>(); }

}  // namespace tessera::cli
