// SPDX-License-Identifier: GPL-3.0-or-later
// Calls as GLM 4.5 and later write them: name<arg_key>key</arg_key><arg_value>value</arg_value>…, with line ends between or
// without.
#pragma once

#include "core/chat/answer/answer_span.h"
#include "core/tokenizer/chat_message.h"

#include <optional>
#include <span>
#include <string>

namespace tessera::answer {

inline constexpr std::string_view kArgumentTags[] = {"<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>"};

/// What stands between <tool_call> and </tool_call>. A name alone is a call only of an offered tool: other models speak of
/// the tags.
class GlmCall {
public:
    /// Borrows the tools.
    explicit GlmCall(std::span<const Tool> tools) : m_tools(tools) {}

    /// false: what comes is not of this form, and nothing of it was told unless isNamed().
    bool take(char c, std::size_t at);
    /// One of kArgumentTags; false: it is not expected here, and part of the text.
    bool tag(std::string_view marker, std::size_t at, EventSink& out);
    /// The call ends, however far it came. false: it was none.
    bool end(std::size_t at, EventSink& out);
    bool isNamed() const { return m_open; }
    bool inValue() const { return m_phase == Phase::Value; }

private:
    enum class Phase { Name, AfterName, Between, Key, AfterKey, Value };
    bool tellCall(std::size_t at, EventSink& out);
    void tellValue(std::size_t at, EventSink& out);

    std::span<const Tool> m_tools;
    Phase m_phase = Phase::Name;
    std::string m_name, m_key, m_value;
    std::size_t m_begin = 0;
    bool m_any = false;   // arguments so far
    bool m_open = false;  // called
};

}  // namespace tessera::answer
