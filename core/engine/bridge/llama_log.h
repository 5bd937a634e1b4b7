// SPDX-License-Identifier: GPL-3.0-or-later
// libllama tells why something failed only in its log. This keeps that log off the terminal and turns its error lines
// into our messages.
#pragma once

#include <string>

namespace tessera {

/// Routes libllama's and ggml's log to ours, at debug level. Any thread, any number of times.
void routeLlamaLog();

/// Collects the error lines that libllama writes on this thread while the object lives; one at a time per
/// thread.
class LlamaErrors {
public:
    LlamaErrors();
    ~LlamaErrors();
    LlamaErrors(const LlamaErrors&) = delete;
    LlamaErrors& operator=(const LlamaErrors&) = delete;

    /// The first line, which is the cause, without the function names libllama puts before it, or `otherwise` when
    /// there was none.
    std::string reason(std::string otherwise) const;

private:
    std::string m_lines;
};

}  // namespace tessera
