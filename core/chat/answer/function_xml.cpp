// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/answer/function_xml.h"

#include "core/chat/answer/call_json.h"
#include "core/chat/answer/typed_value.h"

namespace tessera::answer {

namespace {

constexpr std::string_view kFunction = "<function=";
constexpr std::string_view kParameter = "<parameter=";
constexpr std::string_view kValueEnd = "</parameter>";
constexpr std::string_view kFunctionEnd = "</function>";

}  // namespace

bool FunctionXml::take(char c, std::size_t at, EventSink& out) {
    switch (m_phase) {
        case Phase::Function:
        case Phase::Between: {
            if (m_word.empty() && isBlank(c)) return true;
            m_word += c;
            const auto begins = [this](std::string_view tag) { return tag.starts_with(m_word); };
            if (m_phase == Phase::Function ? !begins(kFunction) : !begins(kParameter) && !begins(kFunctionEnd)) return false;
            if (m_word == kFunction) m_phase = Phase::Name;
            else if (m_word == kParameter) m_phase = Phase::Key;
            else if (m_word == kFunctionEnd) end(at, out);
            else return true;
            m_word.clear();
            m_begin = at + 1;
            return true;
        }
        case Phase::Name:
        case Phase::Key:
            if (c != '>') {
                m_word += c;
                return m_word.size() <= kLongestName && c != '\n' && c != '<';
            }
            if (m_word.empty()) return false;
            if (m_phase == Phase::Name) {
                m_name = std::exchange(m_word, {});
                m_open = true;
                m_phase = Phase::Between;
                out.call(m_name, m_begin, at);
            } else {
                m_key = std::exchange(m_word, {});
                m_phase = Phase::Value;
                m_begin = at + 1;
            }
            return true;
        case Phase::Value:
            m_word += c;
            if (m_word.ends_with(kValueEnd)) tellValue(at + 1 - kValueEnd.size(), out);
            return true;
        case Phase::Ended: return isBlank(c);
    }
    return false;
}

void FunctionXml::tellValue(std::size_t at, EventSink& out) {
    std::string value = std::exchange(m_word, {});
    if (value.ends_with(kValueEnd)) value.resize(value.size() - kValueEnd.size());
    // The line ends next to the tags are the form's.
    if (value.starts_with('\n')) value.erase(0, 1);
    if (value.ends_with('\n')) value.pop_back();
    out.arguments((m_any ? ", " : "{") + jsonQuoted(m_key) + ": " + typedValue(m_tools, m_name, m_key, std::move(value)), m_begin, at);
    m_any = true;
    m_phase = Phase::Between;
}

void FunctionXml::end(std::size_t at, EventSink& out) {
    if (!m_open) return;
    if (m_phase == Phase::Value) tellValue(at, out);
    out.arguments(m_any ? "}" : "{}", at, at);
    out.callEnd(at);
    m_open = false;
    m_phase = Phase::Ended;
}

}  // namespace tessera::answer
