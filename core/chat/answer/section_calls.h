// SPDX-License-Identifier: GPL-3.0-or-later
// A section of calls between control tokens, each a name, a separator and arguments in JSON: DeepSeek and Kimi.
#pragma once

#include "core/chat/answer/answer_format.h"
#include "core/chat/answer/call_json.h"

#include <string>
#include <string_view>

namespace tessera::answer {

class SectionCalls : public AnswerSpan {
public:
    Step character(char c, std::size_t at, EventSink& out) final;
    std::optional<Step> marker(std::string_view marker, std::size_t at, EventSink& out) final;
    Step end(std::size_t, EventSink&) final { return m_any ? Step::Done : Step::NotThis; }

protected:
    struct Markers {
        std::string_view section_end, call, call_end;
    };
    explicit SectionCalls(Markers markers) : m_markers(markers) {}

    virtual void beginName() {}
    /// Of what stands before the separator: takes it to m_word.
    virtual Step nameCharacter(char c, std::size_t at, EventSink& out);
    /// Whether this marker is one behind the name; tells the call once it is named.
    virtual bool separator(std::string_view marker, std::size_t at, EventSink& out) = 0;
    void tellCall(std::string name, std::size_t at, EventSink& out);

    std::string m_word;
    std::size_t m_begin = 0;

private:
    enum class Phase { Between, Name, Arguments, Rest };

    void tellEnd(std::size_t at, EventSink& out);

    const Markers m_markers;
    Phase m_phase = Phase::Between;
    JsonValue m_value;
    bool m_value_begun = false;
    bool m_any = false;
};

}  // namespace tessera::answer
