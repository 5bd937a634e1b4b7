// SPDX-License-Identifier: GPL-3.0-or-later
// What a GridView shows.
#pragma once

#include <QImage>
#include <QSize>
#include <QString>

#include <span>

namespace tessera::ui {

/// Rows × columns of numbers with words. Borrowed by its view; UI thread only.
class GridSource {
public:
    virtual ~GridSource() = default;
    virtual int rows() const = 0;
    virtual int columns() const = 0;
    /// Strength of the colour: 0…1, or −1…1 on a diverging scale. NaN: not known (yet).
    virtual float value(int row, int column) const = 0;
    /// Values of one row from `first` on; overridden where a loop over value() is too slow.
    virtual void values(int row, int first, std::span<float> out) const {
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = value(row, first + static_cast<int>(i));
    }
    /// Written into the cell where it has room.
    virtual QString text(int row, int column) const {
        Q_UNUSED(row);
        Q_UNUSED(column);
        return {};
    }
    virtual QString rowTitle(int row) const = 0;
    virtual QString columnTitle(int column) const = 0;
    /// One sentence for tool tips and screen readers.
    virtual QString describe(int row, int column) const = 0;
    /// For GridLook::Pictures, at most this large, in device pixels.
    virtual QImage picture(int row, int column, const QSize& size) const {
        Q_UNUSED(row);
        Q_UNUSED(column);
        Q_UNUSED(size);
        return {};
    }
    /// Cells at the end of the last row may be missing.
    virtual bool has(int row, int column) const {
        Q_UNUSED(row);
        Q_UNUSED(column);
        return true;
    }
};

}  // namespace tessera::ui
