// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/token_places.h"

#include "ui/style/theme.h"

namespace tessera::ui {

int tintBand(double probability) {
    for (std::size_t band = 0; band < kTintBands.size(); ++band)
        if (probability >= kTintBands[band]) return static_cast<int>(band);
    return static_cast<int>(kTintBands.size()) - 1;
}

QColor tintColor(int band) {
    const QColor ground = color(Role::Surface);
    switch (band) {
        case 0: return {};
        case 1: return mixColors(ground, color(Role::Warn), 0.14);
        case 2: return mixColors(ground, color(Role::Warn), 0.32);
        default: return mixColors(ground, color(Role::Error), 0.34);
    }
}

void TokenPlaces::build(const TokenTrace* trace, const MessageLayout& layout) {
    m_ranges.clear();
    if (!trace) return;
    m_ranges.reserve(trace->tokens.size());
    const auto size = static_cast<std::uint32_t>(layout.source().size());
    std::size_t from = 0;
    for (const TracedToken& token : trace->tokens)
        m_ranges.push_back(token.begin < token.end && token.end <= size ? layout.rangesOf(token.begin, token.end, &from) : std::vector<TextRange>());
}

int TokenPlaces::tokenAt(int position) const {
    for (std::size_t i = 0; i < m_ranges.size(); ++i)
        for (const TextRange& range : m_ranges[i])
            if (position >= range.begin && position < range.end) return static_cast<int>(i);
    return -1;
}

int TokenPlaces::next(int from, int direction) const {
    for (int token = from + direction; token >= 0 && token < count(); token += direction)
        if (!ranges(token).empty()) return token;
    return from;
}

}  // namespace tessera::ui
