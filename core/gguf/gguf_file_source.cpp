// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gguf/gguf_file_source.h"

#include "core/base/bytes.h"
#include "core/base/format.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/base/quote.h"
#include "core/gguf/reader.h"

#include <cstring>

namespace tessera {

namespace {

class GgufFileSource final : public TensorSource {
public:
    GgufFileSource(GgufModel model, std::vector<File> files, std::vector<FileMapping> mappings)
        : m_model(std::move(model)), m_files(std::move(files)), m_mappings(std::move(mappings)) {}

    const GgufModel& model() const override { return m_model; }

    Result<void> readRows(const TensorInfo& tensor, std::int64_t first_row, std::int64_t row_count,
                          std::span<std::byte> out, const Operation& operation) const override {
        TESSERA_CHECK(operation.checkStop());
        if (first_row < 0 || row_count < 0 || row_count > tensor.rowCount() ||
            first_row > tensor.rowCount() - row_count ||
            out.size() != static_cast<std::uint64_t>(row_count) * tensor.row_bytes) {
            return fail(ErrorKind::InvalidArgument,
                        fmt::format("rows {} to {} into {} bytes of tensor {}, which has {} rows of {} bytes",
                                    first_row, first_row + row_count, out.size(), inQuotes(tensor.name),
                                    tensor.rowCount(), tensor.row_bytes));
        }
        const auto bytes =
            tensorBytes(tensor).subspan(static_cast<std::uint64_t>(first_row) * tensor.row_bytes, out.size());
        if (!bytes.empty()) std::memcpy(out.data(), bytes.data(), bytes.size());
        return {};
    }

    Result<std::optional<std::span<const std::byte>>> map(const TensorInfo& tensor, const Operation&) const override {
        return tensorBytes(tensor);
    }

    void advise(const TensorInfo& tensor, std::int64_t first_row, std::int64_t row_count, MemoryAdvice advice) const override {
        m_mappings[tensor.file_index].advise(m_files[tensor.file_index], tensor.offset + static_cast<std::uint64_t>(first_row) * tensor.row_bytes,
                                             static_cast<std::uint64_t>(row_count) * tensor.row_bytes, advice);
    }

    Result<std::vector<std::byte>> headerBytes(std::uint32_t file_index) const override {
        if (file_index >= m_model.files.size()) {
            return fail(ErrorKind::InvalidArgument, fmt::format("file {} of {}", file_index, m_model.files.size()));
        }
        const auto header = m_mappings[file_index].bytes().first(m_model.files[file_index].data_offset);
        std::vector<std::byte> bytes(header.begin(), header.end());
        TESSERA_CHECK(takeMappingFault());
        return bytes;
    }

    Result<void> takeMappingFault() const override {
        for (const FileMapping& mapping : m_mappings) TESSERA_CHECK(mapping.takeFault());
        return {};
    }

private:
    std::span<const std::byte> tensorBytes(const TensorInfo& tensor) const {
        return m_mappings[tensor.file_index].bytes().subspan(tensor.offset, tensor.size_bytes);
    }

    GgufModel m_model;
    std::vector<File> m_files;
    std::vector<FileMapping> m_mappings;
};

}  // namespace

Result<std::unique_ptr<TensorSource>> openGgufSource(const std::filesystem::path& path) {
    TESSERA_TRY(GgufModel model, readGgufModel(path));
    TESSERA_TRY(const auto files, ggufModelFiles(path));
    std::vector<File> opened;
    std::vector<FileMapping> mappings;
    for (std::size_t i = 0; i < files.size(); ++i) {
        TESSERA_TRY(File file, File::open(files[i], File::Mode::Read));
        TESSERA_TRY(FileMapping mapping, FileMapping::map(file));
        if (mapping.bytes().size() != model.files[i].size_bytes) {
            return fail(ErrorKind::Corrupt, fmt::format("{}: the file changed while it was opened", toUtf8(files[i])));
        }
        mappings.push_back(std::move(mapping));
        opened.push_back(std::move(file));
    }
    return std::make_unique<GgufFileSource>(std::move(model), std::move(opened), std::move(mappings));
}

}  // namespace tessera
