// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/answer/call_json.h"

#include <nlohmann/json.hpp>

namespace tessera {

namespace {

constexpr std::size_t kDeepest = 256;  // brackets in one another

}  // namespace

std::string jsonStringValue(const std::string& quoted) {
    const auto parsed = nlohmann::json::parse(quoted, nullptr, false);
    return parsed.is_string() ? parsed.get<std::string>() : quoted;
}

std::string jsonQuoted(std::string_view text) { return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); }

JsonValue::State JsonValue::take(char c) {
    if (m_in_string) {
        if (m_escaped) m_escaped = false;
        else if (c == '\\') m_escaped = true;
        else if (c == '"') m_in_string = false;
        return !m_in_string && m_open.empty() ? State::Ended : State::Going;
    }
    if (!m_begun) {
        m_begun = true;
        if (c == '"' || c == '{' || c == '[') {
            if (c == '"') m_in_string = true;
            else m_open += c;
            return State::Going;
        }
        m_word = c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
        return m_word ? State::Going : State::Broken;
    }
    if (m_word) {
        const bool goes_on = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '+' || c == 'E';
        return goes_on ? State::Going : State::EndedBefore;
    }
    if (m_open.empty()) return State::Broken;  // behind its end
    if (c == '"') {
        m_in_string = true;
    } else if (c == '{' || c == '[') {
        if (m_open.size() >= kDeepest) return State::Broken;
        m_open += c;
    } else if (c == '}' || c == ']') {
        if (m_open.back() != (c == '}' ? '{' : '[')) return State::Broken;
        m_open.pop_back();
    }
    return m_open.empty() ? State::Ended : State::Going;
}

CallJson::State CallJson::take(char c, std::size_t at, EventSink& out) {
    if (m_in_value) return value(c, at, out);
    if (m_in_key) {
        m_key += c;
        if (m_escaped) m_escaped = false;
        else if (c == '\\') m_escaped = true;
        else if (c == '"') {
            m_in_key = false;
            m_key = jsonStringValue(m_key);
            m_phase = Phase::Colon;
        }
        return m_key.size() > kLongestName ? State::Broken : State::Going;
    }
    if (isBlank(c)) return State::Going;
    switch (m_phase) {
        case Phase::Begin:
            m_phase = Phase::Key;
            return c == '{' ? State::Going : State::Broken;
        case Phase::Key:
            if (c == '}') return endObject(at, out);
            m_key = c;
            m_in_key = true;
            return c == '"' ? State::Going : State::Broken;
        case Phase::Colon:
            m_phase = Phase::Value;
            return c == ':' ? State::Going : State::Broken;
        case Phase::Value:
            m_in_value = true;
            m_value = JsonValue();
            m_raw.clear();
            m_value_begin = at;
            // Some models write the arguments as a text that holds their JSON: this is kept until it is whole.
            m_streams = isArguments() && c != '"' && !m_has_arguments;
            return value(c, at, out);
        case Phase::Comma:
            m_phase = Phase::Key;
            if (c == '}') return endObject(at, out);
            return c == ',' ? State::Going : State::Broken;
    }
    return State::Broken;
}

CallJson::State CallJson::value(char c, std::size_t at, EventSink& out) {
    const JsonValue::State state = m_value.take(c);
    if (state == JsonValue::State::Broken) return State::Broken;
    if (state != JsonValue::State::EndedBefore) {
        if (m_streams && m_named) out.arguments(std::string(1, c), at, at + 1);
        else if (m_streams || isArguments() || isName()) m_raw += c;
        if (isName() && m_raw.size() > kLongestName) return State::Broken;
        if (state == JsonValue::State::Going) return State::Going;
    }
    const bool before = state == JsonValue::State::EndedBefore;
    m_in_value = false;
    m_phase = Phase::Comma;
    const State ended = valueEnds(before ? at : at + 1, out);
    return before && ended == State::Going ? take(c, at, out) : ended;
}

CallJson::State CallJson::valueEnds(std::size_t at, EventSink& out) {
    if (isName() && !m_named) {
        if (!m_raw.starts_with('"') || m_raw == "\"\"") return m_key == "name" ? State::Broken : State::Going;
        m_named = true;
        out.call(jsonStringValue(m_raw), m_value_begin, at);
        // The ones before it stand elsewhere in the text: their place is told as they are.
        if (m_has_arguments) out.arguments(std::exchange(m_held, {}), at, at);
    } else if (isArguments() && !m_has_arguments) {
        m_has_arguments = true;
        const std::string whole = m_raw.starts_with('"') ? jsonStringValue(m_raw) : m_raw;
        if (!m_named) m_held = whole;
        else if (!m_streams) out.arguments(whole, m_value_begin, at);
    }
    return State::Going;
}

CallJson::State CallJson::endObject(std::size_t at, EventSink& out) {
    if (!m_named) return State::Broken;
    if (!m_has_arguments) out.arguments("{}", at, at);
    out.callEnd(at + 1);
    return State::Ended;
}

CallList::State CallList::take(char c, std::size_t at, EventSink& out) {
    if (m_spoiled) {
        out.arguments(std::string(1, c), at, at + 1);
        return State::Going;
    }
    if (m_in_call) {
        switch (m_call.take(c, at, out)) {
            case CallJson::State::Going: return State::Going;
            case CallJson::State::Ended:
                m_in_call = false;
                ++m_calls;
                return State::Going;
            case CallJson::State::Broken:
                if (!m_call.isNamed()) return State::Broken;
                m_spoiled = true;
                out.arguments(std::string(1, c), at, at + 1);
                return State::Going;
        }
    }
    if (c == '{') {
        m_call = CallJson();
        m_in_call = true;
        m_call.take(c, at, out);
        return State::Going;
    }
    if (c == '[' && !m_list && m_calls == 0) {
        m_list = true;
        return State::Going;
    }
    if (c == ']' && m_list) return State::Ended;
    return isBlank(c) || (c == ',' && m_calls > 0) ? State::Going : State::Broken;
}

}  // namespace tessera
