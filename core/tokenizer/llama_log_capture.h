// SPDX-License-Identifier: GPL-3.0-or-later
// libllama tells why it refuses a model in its log only.
#pragma once

#include <string>

namespace tessera {

/// Takes what libllama logs on this thread while it lives: errors are kept, the rest (dozens of lines about each model)
/// is dropped. Other threads' lines go where they went before. One capture at a time; others wait.
class LlamaLogCapture {
public:
    LlamaLogCapture();
    ~LlamaLogCapture();
    LlamaLogCapture(const LlamaLogCapture&) = delete;
    LlamaLogCapture& operator=(const LlamaLogCapture&) = delete;

    /// The first error, as one line without the function's name; "" when there was none.
    std::string firstError() const;
};

}  // namespace tessera
