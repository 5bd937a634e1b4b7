// SPDX-License-Identifier: GPL-3.0-or-later
// Where the tokens of an answer stand in its shown text, and the colour of a probability.
#pragma once

#include "core/chat/token_trace.h"
#include "ui/chat/view/message_layout.h"

#include <QColor>

#include <array>

namespace tessera::ui {

/// From which probability on a band begins; the last one begins at 0.
inline constexpr std::array<double, 4> kTintBands{0.9, 0.5, 0.2, 0.0};

int tintBand(double probability);
/// Invalid for the likeliest band: what was as good as certain keeps the ground of the page.
QColor tintColor(int band);

class TokenPlaces {
public:
    /// Nothing for a null trace.
    void build(const TokenTrace* trace, const MessageLayout& layout);
    void clear() { m_ranges.clear(); }

    bool empty() const { return m_ranges.empty(); }
    int count() const { return static_cast<int>(m_ranges.size()); }
    /// Empty for a token that shows nothing (a sign of Markdown, white space at the end).
    const std::vector<TextRange>& ranges(int token) const { return m_ranges[static_cast<std::size_t>(token)]; }
    /// −1: none.
    int tokenAt(int position) const;
    /// The next one that shows something; `from` when there is none.
    int next(int from, int direction) const;

private:
    std::vector<std::vector<TextRange>> m_ranges;
};

}  // namespace tessera::ui
