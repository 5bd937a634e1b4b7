// SPDX-License-Identifier: GPL-3.0-or-later
// Lines that a person types.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace tessera::cli {

struct LineInput {
    enum class Kind {
        Line,
        End,          // end of file, Ctrl-D
        Interrupted,  // Ctrl-C on an empty line
    };
    Kind kind = Kind::End;
    std::string text;  // without the line break
};

/// One thread at a time, one editor per process.
class LineEditor {
public:
    virtual ~LineEditor() = default;
    virtual LineInput read(const std::string& prompt) = 0;
};

/// Standard input as it is: for pipes. The prompt is not shown.
std::unique_ptr<LineEditor> makePipeReader();

/// For a terminal, prompting on standard error. With a line-editing library (chosen at build time) lines can be edited
/// and come back in later sessions: `history` is a file that only the user may read, made when missing. Ctrl-C clears a
/// line that has text.
std::unique_ptr<LineEditor> makeTerminalReader(const std::filesystem::path& history);

}  // namespace tessera::cli
