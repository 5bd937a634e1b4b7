// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/npy.h"

#include "core/base/format.h"
#include "core/base/platform/paths.h"

#include <algorithm>
#include <cassert>
#include <utility>
#include <limits>

namespace tessera {

namespace {

constexpr std::string_view kMagic{"\x93NUMPY\x01\x00", 8};
constexpr std::size_t kLengthBytes = 2;   // uint16, of what follows it
constexpr std::size_t kAlignment = 64;

std::vector<std::int64_t> wholeShape(std::int64_t rows, const std::vector<std::int64_t>& row_shape) {
    std::vector<std::int64_t> shape{rows};
    shape.insert(shape.end(), row_shape.begin(), row_shape.end());
    return shape;
}

}  // namespace

std::string npyHeader(std::span<const std::int64_t> shape, std::size_t reserve) {
    std::string tuple;
    for (const std::int64_t dimension : shape) tuple += format("{}{}", tuple.empty() ? "" : ", ", dimension);
    if (shape.size() == 1) tuple += ",";  // Python's tuple of one
    std::string dictionary = format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}), }}", tuple);
    const std::size_t before = kMagic.size() + kLengthBytes;
    const std::size_t needed = std::max(reserve, before + dictionary.size() + 1);
    const std::size_t total = (needed + kAlignment - 1) / kAlignment * kAlignment;
    dictionary.append(total - before - dictionary.size() - 1, ' ');
    dictionary += '\n';
    std::string header(kMagic);
    header += static_cast<char>(dictionary.size() & 0xff);
    header += static_cast<char>(dictionary.size() >> 8);
    return header + dictionary;
}

Result<NpyWriter> NpyWriter::create(const std::filesystem::path& path, std::vector<std::int64_t> row_shape) {
    std::error_code code;
    const std::filesystem::path absolute = std::filesystem::absolute(path, code);
    if (code) return fail(ErrorKind::Io, format("{}: {}", toUtf8(path), code.message()));
    if (std::filesystem::is_directory(absolute, code)) {
        return fail(ErrorKind::InvalidArgument, format("{}: is a folder; name a file", toUtf8(path)));
    }
    std::filesystem::remove(unfinishedPath(absolute), code);  // what a killed run left
    TESSERA_TRY(File file, File::open(unfinishedPath(absolute), File::Mode::CreateNew));
    return NpyWriter(absolute, std::move(file), std::move(row_shape));
}

NpyWriter::NpyWriter(std::filesystem::path path, File file, std::vector<std::int64_t> row_shape)
    : m_path(std::move(path)), m_file(std::move(file)), m_row_shape(std::move(row_shape)) {
    for (const std::int64_t dimension : m_row_shape) m_row_elements *= dimension;
    m_header_bytes = npyHeader(wholeShape(std::numeric_limits<std::int64_t>::max(), m_row_shape)).size();
}

NpyWriter::NpyWriter(NpyWriter&& other) noexcept
    : m_path(std::move(other.m_path)), m_file(std::exchange(other.m_file, std::nullopt)),
      m_row_shape(std::move(other.m_row_shape)), m_header_bytes(other.m_header_bytes), m_rows(other.m_rows),
      m_row_elements(other.m_row_elements) {}

NpyWriter::~NpyWriter() {
    if (!m_file) return;
    m_file.reset();
    std::error_code ignored;
    std::filesystem::remove(unfinishedPath(m_path), ignored);
}

Result<void> NpyWriter::append(std::span<const float> rows) {
    assert(rows.size() % static_cast<std::size_t>(m_row_elements) == 0);
    const std::uint64_t offset = m_header_bytes + static_cast<std::uint64_t>(m_rows * m_row_elements) * sizeof(float);
    TESSERA_CHECK(m_file->writeAt(offset, std::as_bytes(rows)));
    m_rows += static_cast<std::int64_t>(rows.size()) / m_row_elements;
    return {};
}

Result<void> NpyWriter::finish() {
    const std::string header = npyHeader(wholeShape(m_rows, m_row_shape), m_header_bytes);
    TESSERA_CHECK(m_file->writeAt(0, std::as_bytes(std::span(header))));
    TESSERA_CHECK(m_file->sync());
    m_file.reset();  // Windows renames closed files only
    return renameDurably(unfinishedPath(m_path), m_path);
}

}  // namespace tessera
