// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/reasoning.h"

#include <array>
#include <optional>
#include <string_view>

namespace tessera::ui {
namespace {

struct TagPair {
    std::string_view open, close;
};

constexpr std::array kTags{
    TagPair{"<think>", "</think>"},         TagPair{"<thinking>", "</thinking>"},
    TagPair{"<thought>", "</thought>"},     TagPair{"<reasoning>", "</reasoning>"},
    TagPair{"[THINK]", "[/THINK]"},         TagPair{"<seed:think>", "</seed:think>"},
    TagPair{"<|START_THINKING|>", "<|END_THINKING|>"},
    TagPair{"\u25C1think\u25B7", "\u25C1/think\u25B7"},
};

struct Found {
    std::size_t at = 0;
    std::size_t size = 0;
    const TagPair* pair = nullptr;
};

bool isBlank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

class Splitter {
public:
    explicit Splitter(std::string_view text) : m_text(text) {}

    std::vector<MessageSection> run() {
        std::size_t at = 0;
        const auto open = findOpening(0);
        if (const auto close = findStrayClosing(open ? open->at : m_text.size())) {
            add(true, 0, close->at, true);
            at = close->at + close->size;
        }
        while (const auto begin = findOpening(at)) {
            add(false, at, begin->at, true);
            const std::size_t from = begin->at + begin->size;
            const std::size_t close = m_text.find(begin->pair->close, from);
            const bool closed = close != std::string_view::npos;
            add(true, from, closed ? close : m_text.size(), closed);
            at = closed ? close + begin->pair->close.size() : m_text.size();
        }
        add(false, at, m_text.size(), true);
        return std::move(m_sections);
    }

private:
    void add(bool reasoning, std::size_t begin, std::size_t end, bool closed) {
        if (isBlank(m_text.substr(begin, end - begin)) && closed) return;
        m_sections.push_back({reasoning, static_cast<qsizetype>(begin), static_cast<qsizetype>(end), closed});
    }

    /// The first opening tag at the beginning of a line, outside of code fences.
    std::optional<Found> findOpening(std::size_t from) const {
        bool fenced = false;
        for (std::size_t line = from; line < m_text.size();) {
            const std::size_t at = std::min(m_text.find_first_not_of(" \t\r", line), m_text.size());
            const std::string_view rest = m_text.substr(at);
            if (rest.starts_with("```") || rest.starts_with("~~~")) fenced = !fenced;
            if (!fenced)
                for (const TagPair& pair : kTags)
                    if (rest.starts_with(pair.open)) return Found{at, pair.open.size(), &pair};
            const std::size_t end = m_text.find('\n', line);
            if (end == std::string_view::npos) break;
            line = end + 1;
        }
        return std::nullopt;
    }

    /// A closing tag before any opening one, at the beginning or the end of a line.
    std::optional<Found> findStrayClosing(std::size_t before) const {
        for (const TagPair& pair : kTags) {
            const std::size_t at = m_text.substr(0, before).find(pair.close);
            if (at == std::string_view::npos || m_text.substr(0, at).find(pair.open) != std::string_view::npos) continue;
            const std::size_t end = at + pair.close.size();
            const bool begins = at == 0 || m_text[at - 1] == '\n';
            const bool ends = end >= m_text.size() || m_text[end] == '\n';
            if (begins || ends) return Found{at, pair.close.size(), &pair};
        }
        return std::nullopt;
    }

    std::string_view m_text;
    std::vector<MessageSection> m_sections;
};

}  // namespace

std::vector<MessageSection> splitReasoning(const QByteArray& utf8) {
    return Splitter({utf8.constData(), static_cast<std::size_t>(utf8.size())}).run();
}

}  // namespace tessera::ui
