// SPDX-License-Identifier: GPL-3.0-or-later
// What the Markdown parser is given: the message with its mathematics protected.
#pragma once

#include <QByteArray>

#include <cstdint>
#include <vector>

namespace tessera::ui {

/// Between $…$, $$…$$, \(…\) and \[…\] every sign of Markdown gets a backslash, so that formulas come out as written.
class MarkdownSource {
public:
    explicit MarkdownSource(const QByteArray& original);

    const QByteArray& prepared() const { return m_prepared; }
    /// Of a byte of the prepared text; of an inserted backslash: of the byte after it.
    std::uint32_t originalOffset(std::size_t prepared) const;
    /// `text` from `begin` on, without the backslashes that were put in.
    QByteArray withoutInserted(std::size_t begin, std::size_t size) const;

private:
    QByteArray m_prepared;
    std::vector<std::uint32_t> m_inserted;  // places of the backslashes in the prepared text
};

}  // namespace tessera::ui
