// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/line_editor.h"

#include <iostream>

namespace tessera::cli {

namespace {

class PipeReader : public LineEditor {
public:
    LineInput read(const std::string&) override {
        LineInput input;
        if (!std::getline(std::cin, input.text)) return input;
        if (input.text.ends_with('\r')) input.text.pop_back();  // a file from Windows
        input.kind = LineInput::Kind::Line;
        return input;
    }
};

}  // namespace

std::unique_ptr<LineEditor> makePipeReader() { return std::make_unique<PipeReader>(); }

}  // namespace tessera::cli
