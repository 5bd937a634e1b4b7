// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/row_history.h"

#include "core/base/format.h"

#include <algorithm>
#include <random>

namespace tessera {
namespace {

/// What a chat was about stays on the disk under no name; on Windows it is removed when it is closed there.
Result<File> namelessFile() {
    std::error_code code;
    const auto folder = std::filesystem::temp_directory_path(code);
    if (code) return fail(ErrorKind::Io, "there is no folder for temporary files");
    std::random_device random;
    const auto path = folder / format("tessera-{:08x}{:08x}.rows", random(), random());
    TESSERA_TRY(File file, File::open(path, File::Mode::CreateNew));
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, code);
    std::filesystem::remove(path, code);
    return file;
}

}  // namespace

Result<void> RowHistory::append(std::span<const float> rows) {
    const auto count = rows.size() / m_columns;
    const auto here = std::min(count, m_memory_rows - std::min(m_memory_rows, m_rows));
    const auto kept = rows.first(here * m_columns);
    m_memory.insert(m_memory.end(), kept.begin(), kept.end());
    if (here < count) {
        if (!m_file) {
            TESSERA_TRY(m_file, namelessFile());
        }
        TESSERA_CHECK(m_file->writeAt(fileOffset(m_rows + here), std::as_bytes(rows.subspan(here * m_columns))));
    }
    m_rows += count;
    return {};
}

Result<std::vector<float>> RowHistory::read(std::size_t first, std::size_t count) const {
    std::vector<float> rows(count * m_columns);
    const auto here = std::min(count, m_memory_rows - std::min(m_memory_rows, first));
    std::copy_n(m_memory.begin() + static_cast<std::ptrdiff_t>(std::min(first * m_columns, m_memory.size())), here * m_columns, rows.begin());
    if (here < count) TESSERA_CHECK(m_file->readAt(fileOffset(first + here), std::as_writable_bytes(std::span(rows).subspan(here * m_columns))));
    return rows;
}

void RowHistory::truncate(std::size_t rows) {
    m_rows = std::min(m_rows, rows);
    m_memory.resize(std::min(m_memory.size(), m_rows * m_columns));
}

}  // namespace tessera
