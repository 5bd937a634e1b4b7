// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tessera::cli {

/// Text in aligned columns, for people. Widths count characters, not bytes.
class Table {
public:
    struct Column {
        std::string heading;
        bool right = false;
    };
    explicit Table(std::vector<Column> columns) : m_columns(std::move(columns)) {}

    /// As many cells as there are columns.
    void add(std::vector<std::string> cells) { m_rows.push_back(std::move(cells)); }
    std::string text() const;

private:
    std::vector<Column> m_columns;
    std::vector<std::vector<std::string>> m_rows;
};

/// Characters of UTF-8 text.
std::size_t characterCount(const std::string& text);

}  // namespace tessera::cli
