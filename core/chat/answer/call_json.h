// SPDX-License-Identifier: GPL-3.0-or-later
// JSON in answers, read character by character: values, and calls in the form {"name": …, "arguments": …}.
#pragma once

#include "core/chat/answer/answer_span.h"

#include <string>

namespace tessera {

/// Finds the end of one JSON value. Looks at strings and brackets only.
class JsonValue {
public:
    enum class State { Going, Ended, EndedBefore, Broken };  // EndedBefore: a number or a word, and this is what follows it
    State take(char c);
    bool inString() const { return m_in_string; }

private:
    std::string m_open;  // brackets
    bool m_in_string = false;
    bool m_escaped = false;
    bool m_begun = false;
    bool m_word = false;  // a number, true, false, null
};

/// One call as an object. Keys in any order; what stands before the name is told after it.
class CallJson {
public:
    enum class State { Going, Ended, Broken };
    State take(char c, std::size_t at, EventSink& out);
    /// The call was told of: from here on broken JSON is part of its arguments.
    bool isNamed() const { return m_named; }
    bool inString() const { return m_in_key || (m_in_value && m_value.inString()); }

private:
    enum class Phase { Begin, Key, Colon, Value, Comma };
    State value(char c, std::size_t at, EventSink& out);
    State valueEnds(std::size_t at, EventSink& out);
    State endObject(std::size_t at, EventSink& out);
    bool isName() const { return m_key == "name" || m_key == "function"; }
    bool isArguments() const { return m_key == "arguments" || m_key == "parameters"; }

    Phase m_phase = Phase::Begin;
    bool m_in_key = false;
    bool m_in_value = false;
    bool m_escaped = false;
    std::string m_key, m_raw;        // of the value, where it is kept
    std::size_t m_value_begin = 0;
    JsonValue m_value;
    bool m_streams = false;          // the value's characters are told as they come
    bool m_named = false;
    bool m_has_arguments = false;
    std::string m_held;              // arguments before the name
};

/// "a\u0041" with its quotes → aA; the text itself when it is no JSON string.
std::string jsonStringValue(const std::string& quoted);
/// → "…", with quotes.
std::string jsonQuoted(std::string_view text);

/// One call after another, or a list of them: [{…}, {…}].
class CallList {
public:
    enum class State { Going, Ended, Broken };
    /// Ended: the list was closed. Without a list, what follows an object may be another one.
    State take(char c, std::size_t at, EventSink& out);
    bool inString() const { return m_in_call && m_call.inString(); }
    bool inCall() const { return m_in_call; }
    /// Something was told of a call.
    bool isNamed() const { return m_calls > 0 || inNamedCall(); }
    bool inNamedCall() const { return m_in_call && m_call.isNamed(); }
    std::size_t calls() const { return m_calls; }  // complete ones
    bool isList() const { return m_list; }

private:
    bool m_list = false;
    bool m_in_call = false;
    bool m_spoiled = false;  // what follows is told as arguments, whatever it is
    std::size_t m_calls = 0;
    CallJson m_call;
};

}  // namespace tessera
