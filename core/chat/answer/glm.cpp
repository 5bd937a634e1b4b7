// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/answer/glm.h"

#include "core/chat/answer/call_json.h"
#include "core/chat/answer/families.h"
#include "core/chat/answer/typed_value.h"

#include <algorithm>

namespace tessera::answer {

bool GlmCall::take(char c, std::size_t at) {
    switch (m_phase) {
        case Phase::Name:
            if (isBlank(c)) {
                m_phase = Phase::AfterName;
                return true;
            }
            if (m_name.empty()) m_begin = at;
            m_name += c;
            return m_name.size() <= kLongestName && c != '<' && c != '{' && c != '"';
        case Phase::AfterName:
        case Phase::Between:
        case Phase::AfterKey: return isBlank(c);
        case Phase::Key: m_key += c; return m_key.size() <= kLongestName;
        case Phase::Value: m_value += c; return true;
    }
    return false;
}

bool GlmCall::tag(std::string_view marker, std::size_t at, EventSink& out) {
    const auto is = [marker](std::size_t tag) { return marker == kArgumentTags[tag]; };
    switch (m_phase) {
        case Phase::Name:
        case Phase::AfterName:
        case Phase::Between:
            if (!is(0) || (!m_open && !tellCall(at, out))) return false;
            m_key.clear();
            m_phase = Phase::Key;
            return true;
        case Phase::Key:
            if (!is(1)) return false;
            m_phase = Phase::AfterKey;
            return true;
        case Phase::AfterKey:
            if (!is(2)) return false;
            m_value.clear();
            m_begin = at + marker.size();
            m_phase = Phase::Value;
            return true;
        case Phase::Value:
            if (!is(3)) return false;
            tellValue(at, out);
            return true;
    }
    return false;
}

bool GlmCall::tellCall(std::size_t at, EventSink& out) {
    if (m_name.empty()) return false;
    out.call(m_name, m_begin, at);
    return m_open = true;
}

void GlmCall::tellValue(std::size_t at, EventSink& out) {
    out.arguments((m_any ? ", " : "{") + jsonQuoted(m_key) + ": " + typedValue(m_tools, m_name, m_key, std::move(m_value)), m_begin, at);
    m_any = true;
    m_phase = Phase::Between;
}

bool GlmCall::end(std::size_t at, EventSink& out) {
    const bool offered = std::ranges::find(m_tools, m_name, &Tool::name) != m_tools.end();
    if (!m_open && (!offered || !tellCall(at, out))) return false;
    if (m_phase == Phase::Value) tellValue(at, out);
    out.arguments(m_any ? "}" : "{}", at, at);
    out.callEnd(at);
    return true;
}

const Family kGlm{[](std::string_view source) { return source.find(kArgumentTags[0]) != std::string_view::npos; },
                  [](std::string_view) { return taggedCalls("GLM"); }};

}  // namespace tessera::answer
