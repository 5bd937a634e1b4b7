// SPDX-License-Identifier: GPL-3.0-or-later
// The rows that a span has been given since its session began: what it takes to give them to another machine.
#pragma once

#include "core/base/platform/file.h"
#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

namespace tessera {

/// Rows of `columns` float32, by position. The first `memory_bytes` stay in memory, the rest goes to a file of our own
/// that has no name. One thread at a time.
class RowHistory {
public:
    RowHistory(std::size_t columns, std::size_t memory_bytes) : m_columns(columns), m_memory_rows(memory_bytes / (columns * sizeof(float))) {}

    std::size_t rows() const { return m_rows; }
    Result<void> append(std::span<const float> rows);
    Result<std::vector<float>> read(std::size_t first, std::size_t count) const;
    void truncate(std::size_t rows);

private:
    std::uint64_t fileOffset(std::size_t row) const { return (row - m_memory_rows) * m_columns * sizeof(float); }

    std::size_t m_columns;
    std::size_t m_memory_rows;
    std::size_t m_rows = 0;
    std::vector<float> m_memory;
    std::optional<File> m_file;
};

}  // namespace tessera
