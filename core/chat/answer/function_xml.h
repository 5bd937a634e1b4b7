// SPDX-License-Identifier: GPL-3.0-or-later
// Calls as Qwen 3 Coder writes them: <function=name><parameter=key>value</parameter>…</function>.
#pragma once

#include "core/chat/answer/answer_span.h"
#include "core/tokenizer/chat_message.h"

#include <span>
#include <string>

namespace tessera::answer {

/// Values are texts; one becomes other JSON where the tool's schema wants it, or where no schema says that it is a text.
class FunctionXml {
public:
    /// Borrows the tools.
    explicit FunctionXml(std::span<const Tool> tools) : m_tools(tools) {}

    /// false: what comes is not of this form, and nothing of it was told unless isNamed().
    bool take(char c, std::size_t at, EventSink& out);
    /// The call ends, however far it came.
    void end(std::size_t at, EventSink& out);
    bool isNamed() const { return !m_name.empty(); }

private:
    enum class Phase { Function, Name, Between, Key, Value, Ended };
    void tellValue(std::size_t at, EventSink& out);

    std::span<const Tool> m_tools;
    Phase m_phase = Phase::Function;
    std::string m_word;   // a tag that is being read, or a value
    std::string m_name, m_key;
    std::size_t m_begin = 0;
    bool m_any = false;   // parameters so far
    bool m_open = false;  // called, not ended
};

}  // namespace tessera::answer
