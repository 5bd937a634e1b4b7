// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/markdown_source.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace tessera::ui {
namespace {

using Range = std::pair<std::size_t, std::size_t>;

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Finds the formulas of a text, outside of code.
class MathFinder {
public:
    explicit MathFinder(std::string_view text) : m_text(text) {}

    std::vector<Range> find() {
        std::size_t at = 0;
        while (at < m_text.size()) {
            const std::size_t end = std::min(m_text.find('\n', at), m_text.size());
            if (const std::size_t fence = fenceAt(at, end); fence > 0) {
                at = afterFence(at, end, fence);
                continue;
            }
            at = scanLine(at, end);
        }
        return m_found;
    }

private:
    /// Length of a code fence that opens on this line, also inside quotes and items; 0: none.
    std::size_t fenceAt(std::size_t begin, std::size_t end) {
        std::size_t at = begin;
        while (at < end && (isSpace(m_text[at]) || m_text[at] == '>' || m_text[at] == '-' || m_text[at] == '*' || m_text[at] == '+' ||
                            std::isdigit(static_cast<unsigned char>(m_text[at])) || m_text[at] == '.'))
            ++at;
        if (at == end || (m_text[at] != '`' && m_text[at] != '~')) return 0;
        m_fence = m_text[at];
        const std::size_t run = runAt(at);
        // A back tick later on the line makes it inline code.
        if (run < 3 || (m_fence == '`' && m_text.substr(at + run, end - at - run).find('`') != std::string_view::npos)) return 0;
        return run;
    }

    std::size_t afterFence(std::size_t, std::size_t end, std::size_t length) const {
        while (end < m_text.size()) {
            const std::size_t begin = end + 1;
            end = std::min(m_text.find('\n', begin), m_text.size());
            const std::size_t at = m_text.find_first_not_of(" \t>", begin);
            if (at < end && m_text[at] == m_fence && runAt(at) >= length) break;
        }
        return end + 1;
    }

    std::size_t runAt(std::size_t at) const {
        const std::size_t end = m_text.find_first_not_of(m_text[at], at);
        return std::min(end, m_text.size()) - at;
    }

    /// Returns where to go on: after the line, or after a formula that began on it.
    std::size_t scanLine(std::size_t at, std::size_t end) {
        while (at < end) {
            const char c = m_text[at];
            std::size_t after = 0;
            if (c == '`') {
                const std::size_t run = runAt(at);
                after = closing(at + run, m_text.substr(at, run));
                at = after > 0 ? after : at + run;
                if (at > end) return at;
                continue;
            }
            if (m_text.compare(at, 2, "\\(") == 0) after = closing(at + 2, "\\)");
            else if (m_text.compare(at, 2, "\\[") == 0) after = closing(at + 2, "\\]");
            else if (m_text.compare(at, 2, "$$") == 0) after = closing(at + 2, "$$");
            else if (c == '$') after = closingDollar(at, end);
            if (after > 0) {
                m_found.emplace_back(at, after);
                at = after;
                if (at > end) return at;
            } else {
                at += c == '\\' ? 2 : 1;
            }
        }
        return end + 1;
    }

    /// Past the closing sign, in the same paragraph; 0: there is none.
    std::size_t closing(std::size_t from, std::string_view sign) const {
        const std::size_t at = m_text.find(sign, from);
        if (at == std::string_view::npos) return 0;
        const std::size_t blank = m_text.find("\n\n", from);
        return blank < at ? 0 : at + sign.size();
    }

    /// As Pandoc: no space inside, no digit after, so that "$5 and $10" is money.
    std::size_t closingDollar(std::size_t at, std::size_t end) const {
        if (at + 1 >= end || isSpace(m_text[at + 1])) return 0;
        for (std::size_t i = at + 1; i < end; ++i) {
            if (m_text[i] == '\\') ++i;
            else if (m_text[i] == '$')
                return isSpace(m_text[i - 1]) || (i + 1 < end && std::isdigit(static_cast<unsigned char>(m_text[i + 1]))) ? 0 : i + 1;
        }
        return 0;
    }

    std::string_view m_text;
    std::vector<Range> m_found;
    char m_fence = '`';
};

}  // namespace

MarkdownSource::MarkdownSource(const QByteArray& original) : m_prepared(original) {
    if (!original.contains('$') && !original.contains("\\(") && !original.contains("\\[")) return;
    const auto formulas = MathFinder({original.constData(), static_cast<std::size_t>(original.size())}).find();
    if (formulas.empty()) return;
    m_prepared.clear();
    std::size_t at = 0;
    for (const auto& [begin, end] : formulas) {
        m_prepared.append(original.constData() + at, static_cast<qsizetype>(begin - at));
        for (at = begin; at < end; ++at) {
            const char c = original[static_cast<qsizetype>(at)];
            if (std::ispunct(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 0x80) {
                m_inserted.push_back(static_cast<std::uint32_t>(m_prepared.size()));
                m_prepared.append('\\');
            }
            m_prepared.append(c);
        }
    }
    m_prepared.append(original.constData() + at, original.size() - static_cast<qsizetype>(at));
}

std::uint32_t MarkdownSource::originalOffset(std::size_t prepared) const {
    const auto before = std::lower_bound(m_inserted.begin(), m_inserted.end(), prepared);
    return static_cast<std::uint32_t>(prepared - static_cast<std::size_t>(before - m_inserted.begin()));
}

QByteArray MarkdownSource::withoutInserted(std::size_t begin, std::size_t size) const {
    QByteArray text = m_prepared.mid(static_cast<qsizetype>(begin), static_cast<qsizetype>(size));
    const auto first = std::lower_bound(m_inserted.begin(), m_inserted.end(), begin);
    const auto last = std::lower_bound(first, m_inserted.end(), begin + size);
    for (auto at = last; at != first; --at) text.remove(static_cast<qsizetype>(*(at - 1) - begin), 1);
    return text;
}

}  // namespace tessera::ui
