// SPDX-License-Identifier: GPL-3.0-or-later
// gpt-oss answers in channels (developers.openai.com/cookbook/articles/openai-harmony): <|channel|>analysis<|message|>
// thoughts<|end|><|start|>assistant<|channel|>final<|message|>words. A header with to=functions.NAME makes it a call.
#include "core/chat/answer/call_json.h"
#include "core/chat/answer/families.h"

#include <algorithm>

namespace tessera::answer {

namespace {

constexpr std::string_view kStart = "<|start|>";
constexpr std::string_view kChannel = "<|channel|>";
constexpr std::string_view kConstrain = "<|constrain|>";
constexpr std::string_view kMessage = "<|message|>";
constexpr std::string_view kEnd = "<|end|>";
constexpr std::string_view kCall = "<|call|>";
constexpr std::string_view kReturn = "<|return|>";
constexpr std::size_t kLongestHeader = 512;

/// The word behind `before`.
std::string wordAfter(std::string_view header, std::string_view before) {
    const std::size_t begin = header.find(before);
    if (begin == std::string_view::npos) return {};
    header.remove_prefix(begin + before.size());
    return std::string(header.substr(0, header.find_first_of(" \t\r\n<")));
}

class HarmonyMessage : public AnswerSpan {
public:
    Step character(char c, std::size_t at, EventSink& out) override {
        switch (m_body) {
            case Body::Header:
                m_header += c;
                return m_header.size() > kLongestHeader ? Step::NotThis : Step::Go;
            case Body::Analysis:
                if (isBlank(c)) return Step::Go;
                out.reasoning(m_begun ? m_told : at, at + 1);
                m_begun = true;
                m_told = at + 1;
                return Step::Go;
            case Body::Arguments: break;
        }
        if (m_complete || (!m_begun && isBlank(c))) return Step::Go;
        m_begun = true;
        m_complete = m_value.take(c) == JsonValue::State::Ended;
        out.arguments(std::string(1, c), at, at + 1);
        return Step::Go;
    }
    std::optional<Step> marker(std::string_view marker, std::size_t at, EventSink& out) override {
        if (m_body == Body::Header) {
            if (marker == kMessage) return beginBody(at, out);
            if (marker == kEnd || marker == kStart) return Step::NotThis;
            m_header += marker;
            return Step::Go;
        }
        const bool ends = marker == kEnd || marker == kCall || marker == kReturn;
        if (!ends && marker != kStart && marker != kChannel) return std::nullopt;
        if (m_body == Body::Analysis) out.reasoningEnd(at);
        else tellEnd(at, out);
        return ends ? Step::Done : Step::DoneBefore;
    }
    Step end(std::size_t at, EventSink& out) override {
        if (m_body == Body::Header) return Step::NotThis;
        if (m_body == Body::Arguments && m_complete) tellEnd(at, out);
        return Step::Done;
    }
    bool isReasoning() const override { return m_body == Body::Analysis; }

private:
    enum class Body { Header, Analysis, Arguments };

    Step beginBody(std::size_t at, EventSink& out) {
        std::string name = wordAfter(m_header, "to=");
        if (name.starts_with("functions.")) name.erase(0, 10);
        if (!name.empty()) {
            m_body = Body::Arguments;
            out.call(std::move(name), at, at);
            return Step::Go;
        }
        // Without a recipient, what is not analysis is for the reader.
        if (wordAfter(m_header, kChannel) != "analysis") return Step::Done;
        m_body = Body::Analysis;
        return Step::Go;
    }
    void tellEnd(std::size_t at, EventSink& out) {
        if (!m_begun) out.arguments("{}", at, at);
        out.callEnd(at);
    }

    Body m_body = Body::Header;
    std::string m_header;
    JsonValue m_value;
    bool m_begun = false;
    bool m_complete = false;
    std::size_t m_told = 0;
};

/// The same, from its channel on.
std::unique_ptr<AnswerSpan> channel(std::span<const Tool>) {
    auto message = std::make_unique<HarmonyMessage>();
    const std::string nothing;
    EventSink none(nothing);
    message->marker(kChannel, 0, none);
    return message;
}

AnswerFormat harmony(std::string_view) {
    AnswerFormat format{.name = "Harmony",
                        .openers = {{.marker = kStart, .make = [](std::span<const Tool>) { return std::make_unique<HarmonyMessage>(); }, .prompt_end = "<|start|>assistant"},
                                    {.marker = kChannel, .make = channel}},
                        .markers = {kConstrain, kMessage},
                        .form = {"<|channel|>commentary to=functions.", " <|constrain|>json<|message|>", ""},
                        .before_words = "<|channel|>final<|message|>"};
    for (const std::string_view ending : {kEnd, kCall, kReturn}) format.openers.push_back({.marker = ending});
    return format;
}

}  // namespace

const Family kHarmony{[](std::string_view source) { return source.find(kChannel) != std::string_view::npos && source.find(kMessage) != std::string_view::npos; }, harmony};

}  // namespace tessera::answer
