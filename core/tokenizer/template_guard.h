// SPDX-License-Identifier: GPL-3.0-or-later
// A chat template is a program from a stranger's file. llama.cpp's jinja engine runs it without limits; this file puts
// them in: before parsing by looking at the tokens, and into the program by rewriting its tree.
#pragma once

#include "core/base/result.h"

#include <jinja/lexer.h>
#include <jinja/runtime.h>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tessera {

/// What one rendering may use up. start() before each; the guarded program counts here.
class TemplateBudget {
public:
    /// `input_bytes`: what the messages hold. The text may be some times as long.
    void start(std::size_t input_bytes);
    /// Names the limit that ended the rendering; null when none did.
    const char* exceeded() const { return m_exceeded; }

    // For the guarded program: they throw when a limit is passed.
    void step();                       // a loop's or a macro's turn
    void enterMacro();
    void leaveMacro();
    void output(std::size_t bytes);    // text that a block has put out
    void value(std::uint64_t bytes);   // of a string or an array about to be made

private:
    void goOn();
    [[noreturn]] void stop(const char* limit);

    std::uint64_t m_steps = 0;
    int m_macro_depth = 0;
    std::size_t m_output = 0;
    std::size_t m_most_bytes = 0;
    std::chrono::steady_clock::time_point m_deadline;
    const char* m_exceeded = nullptr;
};

/// Refuses (Unsupported) sources that nest so deep that parsing or running them could exhaust the stack. Real templates
/// have up to 60 tokens an expression, 4 brackets and 25 blocks inside each other.
Result<void> checkTemplateNesting(const jinja::lexer_result& source);

/// Puts the counting into the program. `budget` must outlive it.
void guardTemplate(jinja::program& program, TemplateBudget& budget);

}  // namespace tessera
