// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/table.h"

#include <algorithm>

namespace tessera::cli {

std::size_t characterCount(const std::string& text) {
    constexpr unsigned kContinuationMask = 0xc0;
    constexpr unsigned kContinuation = 0x80;
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & kContinuationMask) != kContinuation;
    }));
}

std::string Table::text() const {
    std::vector<std::size_t> widths;
    for (const Column& column : m_columns) widths.push_back(characterCount(column.heading));
    for (const auto& row : m_rows) {
        for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], characterCount(row[i]));
    }
    std::string text;
    const auto addRow = [&](auto cellAt) {
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const std::string& cell = cellAt(i);
            const std::string padding(widths[i] - characterCount(cell), ' ');
            const bool last = i + 1 == widths.size();
            text += m_columns[i].right ? padding + cell : last ? cell : cell + padding;
            text += last ? "\n" : "  ";
        }
    };
    addRow([&](std::size_t i) -> const std::string& { return m_columns[i].heading; });
    for (const auto& row : m_rows) addRow([&](std::size_t i) -> const std::string& { return row[i]; });
    return text;
}

}  // namespace tessera::cli
