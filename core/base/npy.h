// SPDX-License-Identifier: GPL-3.0-or-later
// NumPy's array file, version 1.0, float32 in C order, little-endian.
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once

#include "core/base/platform/file.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tessera {

/// Everything before the data for an array of this shape (outermost dimension first). Its length is a multiple of 64
/// and at least `reserve` bytes, so that it can be rewritten once the number of rows is known.
std::string npyHeader(std::span<const std::int64_t> shape, std::size_t reserve = 0);

/// Writes an array row by row; how many rows there will be need not be known. The file appears whole with finish(), and
/// not at all without. One thread at a time.
class NpyWriter {
public:
    /// `row_shape`: the dimensions of one row, outermost first; empty for an array of one dimension.
    static Result<NpyWriter> create(const std::filesystem::path& path, std::vector<std::int64_t> row_shape);
    NpyWriter(NpyWriter&&) noexcept;
    NpyWriter& operator=(NpyWriter&&) = delete;
    ~NpyWriter();

    /// Precondition: a whole number of rows.
    Result<void> append(std::span<const float> rows);
    Result<void> finish();
    std::int64_t rows() const { return m_rows; }

private:
    NpyWriter(std::filesystem::path path, File file, std::vector<std::int64_t> row_shape);

    std::filesystem::path m_path;
    std::optional<File> m_file;           // unfinishedPath() until finish()
    std::vector<std::int64_t> m_row_shape;
    std::size_t m_header_bytes = 0;
    std::int64_t m_rows = 0;
    std::int64_t m_row_elements = 1;
};

}  // namespace tessera
