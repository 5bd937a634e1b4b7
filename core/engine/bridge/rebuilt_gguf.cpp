// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/bridge/rebuilt_gguf.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/platform/system.h"

#include <algorithm>

namespace tessera {

namespace {

constexpr std::uint64_t kChunkBytes = 8 * limits::MiB;

/// Copies tensors into their files and reports how far it is.
class Rebuilder {
public:
    Rebuilder(const TensorSource& source, std::vector<File>& files, const Operation& operation)
        : m_source(source), m_files(files), m_operation(operation) {
        for (const TensorInfo& tensor : source.model().tensors) m_total += tensor.size_bytes;
    }

    Result<void> writeHeader(std::uint32_t index) {
        TESSERA_TRY(const std::vector<std::byte> header, m_source.headerBytes(index));
        TESSERA_CHECK(m_files[index].resize(m_source.model().files[index].size_bytes));
        return m_files[index].writeAt(0, header);
    }

    Result<void> writeTensor(const TensorInfo& tensor) {
        TESSERA_TRY(const auto mapped, m_source.map(tensor, m_operation));
        const std::int64_t rows_at_once = std::max<std::int64_t>(
            1, static_cast<std::int64_t>(kChunkBytes / std::max<std::uint64_t>(tensor.row_bytes, 1)));
        for (std::int64_t row = 0; row < tensor.rowCount(); row += rows_at_once) {
            TESSERA_CHECK(m_operation.checkStop());
            const std::int64_t count = std::min(rows_at_once, tensor.rowCount() - row);
            const std::uint64_t begin = static_cast<std::uint64_t>(row) * tensor.row_bytes;
            const std::uint64_t size = static_cast<std::uint64_t>(count) * tensor.row_bytes;
            if (mapped) {
                TESSERA_CHECK(m_files[tensor.file_index].writeAt(tensor.offset + begin, mapped->subspan(begin, size)));
            } else {
                m_buffer.resize(size);
                TESSERA_CHECK(m_source.readRows(tensor, row, count, m_buffer, m_operation));
                TESSERA_CHECK(m_files[tensor.file_index].writeAt(tensor.offset + begin, m_buffer));
            }
            m_done += size;
            if (m_operation.progress) m_operation.progress({m_done, m_total, "rebuilding"});
        }
        return {};
    }

private:
    const TensorSource& m_source;
    std::vector<File>& m_files;
    const Operation& m_operation;
    std::vector<std::byte> m_buffer;
    std::uint64_t m_done = 0;
    std::uint64_t m_total = 0;
};

Result<void> checkMemory(const GgufModel& model) {
    std::uint64_t needed = 0;
    for (const GgufFileInfo& file : model.files) needed += file.size_bytes;
    const std::uint64_t available = availableMemoryBytes();
    if (available == 0 || needed <= available) return {};  // 0: unknown
    return fail(
        ErrorKind::OutOfMemory,
        format("llama.cpp needs the whole model in memory: {}, and {} are free; recombine the set into a GGUF file "
               "and use that, or use the fragment engine",
               formatBytes(needed), formatBytes(available)));
}

}  // namespace

Result<std::vector<File>> rebuildGguf(const TensorSource& source, const Operation& operation) {
    const GgufModel& model = source.model();
    TESSERA_CHECK(checkMemory(model));
    std::vector<File> files;
    for (const GgufFileInfo& info : model.files) {
        TESSERA_TRY(File file, File::anonymous(info.name));
        files.push_back(std::move(file));
    }
    Rebuilder rebuilder(source, files, operation);
    for (std::uint32_t i = 0; i < files.size(); ++i) TESSERA_CHECK(rebuilder.writeHeader(i));
    for (const TensorInfo& tensor : model.tensors) TESSERA_CHECK(rebuilder.writeTensor(tensor));
    TESSERA_CHECK(source.takeMappingFault());
    return files;
}

}  // namespace tessera
