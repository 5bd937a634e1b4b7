// SPDX-License-Identifier: GPL-3.0-or-later
// A fragment's values as a grid of colours.
#pragma once

#include "ui/fragments/fragment_content.h"
#include "ui/widgets/grid_source.h"

#include <algorithm>
#include <memory>

namespace tessera::ui {

/// Three deviations carry full colour, or one outlier would blank everything else.
class ContentGrid : public GridSource {
public:
    ContentGrid(std::shared_ptr<const FragmentContent> content, std::int64_t first_row)
        : m_content(std::move(content)), m_first_row(first_row), m_full(static_cast<float>(std::max(3 * m_content->deviation, 1e-12))) {}

    int rows() const override { return static_cast<int>(static_cast<std::int64_t>(m_content->values.size()) / std::max<std::int64_t>(1, m_content->columns)); }
    int columns() const override { return static_cast<int>(m_content->columns); }
    float value(int row, int column) const override { return at(row, column) / m_full; }
    void values(int row, int first, std::span<float> out) const override {
        const auto from = m_content->values.begin() + row * m_content->columns + first;
        std::transform(from, from + static_cast<std::ptrdiff_t>(out.size()), out.begin(), [full = m_full](float number) { return number / full; });
    }
    QString rowTitle(int row) const override { return QString::number(m_first_row + row); }
    QString columnTitle(int) const override { return {}; }
    QString describe(int row, int column) const override {
        return QStringLiteral("[%1, %2] = %3").arg(m_first_row + row).arg(column).arg(static_cast<double>(at(row, column)), 0, 'g', 6);
    }

private:
    float at(int row, int column) const { return m_content->values[static_cast<std::size_t>(row * m_content->columns + column)]; }

    std::shared_ptr<const FragmentContent> m_content;
    std::int64_t m_first_row;
    float m_full;
};

}  // namespace tessera::ui
