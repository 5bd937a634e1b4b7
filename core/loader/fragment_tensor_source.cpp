// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/fragment_tensor_source.h"

#include "core/base/format.h"
#include "core/base/parallel.h"
#include "core/base/quote.h"
#include "core/fragment/fragment_text.h"
#include "core/fragment/verifier.h"
#include "core/gguf/reader.h"
#include "core/loader/verify_once.h"

#include <algorithm>
#include <atomic>

namespace tessera {

namespace {

class FragmentTensorSource final : public TensorSource {
public:
    FragmentTensorSource(FragmentStore& store, FragmentLoader& loader, VerifyPolicy policy)
        : m_store(store), m_loader(loader), m_policy(policy), m_index(store.manifest()), m_once(store) {}

    Result<void> open(const Operation& operation) {
        if (m_policy == VerifyPolicy::AtLoad) TESSERA_CHECK(verifyEverything(operation));
        std::vector<GgufHeader> headers;
        for (std::uint32_t i = 0; i < manifest().files.size(); ++i) {
            TESSERA_TRY(const auto bytes, headerBytes(i));
            TESSERA_TRY(GgufHeader header, parseGgufHeader(bytes, manifest().files[i].size_bytes, manifest().files[i].name));
            headers.push_back(std::move(header));
        }
        TESSERA_TRY(m_model, joinGgufHeaders(std::move(headers)));
        return checkTensors();
    }

    const GgufModel& model() const override { return m_model; }

    Result<void> readRows(const TensorInfo& tensor, std::int64_t first_row, std::int64_t row_count, std::span<std::byte> out,
                          const Operation& operation) const override {
        const std::int64_t rows = tensor.rowCount();
        if (first_row < 0 || row_count < 0 || first_row > rows || row_count > rows - first_row ||
            out.size() != static_cast<std::uint64_t>(row_count) * tensor.row_bytes) {
            return fail(ErrorKind::InvalidArgument, format("tensor {}: {} rows from row {} on, of {}, into {} bytes", inQuotes(tensor.name), row_count,
                                                           first_row, rows, out.size()));
        }
        const std::uint64_t begin = tensor.offset + static_cast<std::uint64_t>(first_row) * tensor.row_bytes;
        const auto fragments = overlapping(tensor, begin, begin + out.size());
        return parallelFor(fragments.size(), 0, operation.stop, [&](std::size_t i) {
            const Fragment& fragment = manifest().at(fragments[i]);
            const std::uint64_t from = std::max(begin, fragment.offset);
            const std::uint64_t to = std::min(begin + out.size(), fragment.offset + fragment.size_bytes);
            const auto part = out.subspan(static_cast<std::size_t>(from - begin), static_cast<std::size_t>(to - from));
            return copyPart(fragments[i], from - fragment.offset, part, Operation{operation.stop, {}});
        });
    }

    Result<std::optional<std::span<const std::byte>>> map(const TensorInfo& tensor, const Operation& operation) const override {
        TESSERA_TRY(const auto mapped, m_store.map(tensor.file_index, tensor.offset, tensor.size_bytes));
        if (!mapped || m_policy == VerifyPolicy::Never) return mapped;
        std::atomic<bool> all_good{true};
        const auto fragments = m_index.find(tensor.name);
        TESSERA_CHECK(parallelFor(fragments.size(), 0, operation.stop, [&](std::size_t i) -> Result<void> {
            TESSERA_TRY(const bool good, m_once.isGood(fragments[i], operation));
            if (!good) all_good = false;
            return {};
        }));
        if (!all_good) return std::nullopt;  // readRows asks the loader, which has other sources or says what is wrong
        return mapped;
    }

    Result<std::optional<std::span<const std::byte>>> mapUnverified(const TensorInfo& tensor) const override {
        return m_store.map(tensor.file_index, tensor.offset, tensor.size_bytes);
    }

    Result<void> verifyRows(const TensorInfo& tensor, std::int64_t first_row, std::int64_t row_count, const Operation& operation) const override {
        if (m_policy == VerifyPolicy::Never) return {};
        const std::uint64_t begin = tensor.offset + static_cast<std::uint64_t>(first_row) * tensor.row_bytes;
        for (const FragmentIndex index : overlapping(tensor, begin, begin + static_cast<std::uint64_t>(row_count) * tensor.row_bytes)) {
            TESSERA_TRY(const bool good, m_once.isGood(index, operation));
            if (good) continue;
            TESSERA_TRY([[maybe_unused]] const auto bytes, m_loader.loadRaw(index, operation));  // says what is wrong
            return fail(ErrorKind::Corrupt, describeFragment(manifest(), manifest().at(index)) + ": is damaged in the model's file; load the model again");
        }
        return {};
    }

    void advise(const TensorInfo& tensor, std::int64_t first_row, std::int64_t row_count, MemoryAdvice advice) const override {
        m_store.advise(tensor.file_index, tensor.offset + static_cast<std::uint64_t>(first_row) * tensor.row_bytes,
                       static_cast<std::uint64_t>(row_count) * tensor.row_bytes, advice);
    }

    Result<std::vector<std::byte>> headerBytes(std::uint32_t file_index) const override {
        std::vector<std::byte> header;
        for (const FragmentIndex index : m_index.headers(file_index)) {
            const Fragment& fragment = manifest().at(index);
            if (fragment.offset != header.size()) break;
            header.resize(header.size() + static_cast<std::size_t>(fragment.size_bytes));
            TESSERA_CHECK(copyPart(index, 0, std::span(header).subspan(static_cast<std::size_t>(fragment.offset)), {}));
        }
        if (header.empty()) return fail(ErrorKind::Corrupt, format("{}: the manifest has no header fragments of file {}", manifest().model_name, file_index));
        return header;
    }

    Result<void> takeMappingFault() const override { return m_store.takeMappingFault(); }

private:
    const Manifest& manifest() const { return m_store.manifest(); }

    /// The fragments of a tensor that hold bytes of [begin, end); they stand in file order without holes.
    std::span<const FragmentIndex> overlapping(const TensorInfo& tensor, std::uint64_t begin, std::uint64_t end) const {
        const auto all = m_index.find(tensor.name);
        const auto endOf = [&](FragmentIndex i) { return manifest().at(i).offset + manifest().at(i).size_bytes; };
        const auto first = std::partition_point(all.begin(), all.end(), [&](FragmentIndex i) { return endOf(i) <= begin; });
        const auto last = std::partition_point(first, all.end(), [&](FragmentIndex i) { return manifest().at(i).offset < end; });
        return {first, last};
    }

    Result<void> copyPart(FragmentIndex index, std::uint64_t offset, std::span<std::byte> out, const Operation& operation) const {
        if (m_policy == VerifyPolicy::Never && m_store.state(index) != FragmentState::Missing) return m_store.readPart(index, offset, out);
        TESSERA_TRY(const bool good, m_once.isGood(index, operation));
        if (good) return m_store.readPart(index, offset, out);
        TESSERA_TRY(const auto bytes, m_loader.loadRaw(index, operation));
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
        return {};
    }

    Result<void> verifyEverything(const Operation& operation) {
        TESSERA_TRY(const VerifyReport report, verifyStore(m_store, operation));
        for (const VerifyProblem& problem : report.problems) {
            TESSERA_TRY([[maybe_unused]] const auto bytes, m_loader.loadRaw(problem.fragment, Operation{operation.stop, {}}));
        }
        return {};
    }

    /// The manifest's fragments of each tensor are the header's range of it, without holes.
    Result<void> checkTensors() const {
        for (const TensorInfo& tensor : m_model.tensors) {
            std::uint64_t position = tensor.offset;
            for (const FragmentIndex index : m_index.find(tensor.name)) {
                const Fragment& fragment = manifest().at(index);
                if (fragment.file_index != tensor.file_index || fragment.offset != position) break;
                position += fragment.size_bytes;
            }
            if (position != tensor.offset + tensor.size_bytes) {
                return fail(ErrorKind::Corrupt, format("{}: the manifest's fragments of tensor {} are not where the model's header says; make a new manifest",
                                                       manifest().model_name, inQuotes(tensor.name)));
            }
        }
        return {};
    }

    FragmentStore& m_store;
    FragmentLoader& m_loader;
    const VerifyPolicy m_policy;
    const FragmentIndexByTensor m_index;
    GgufModel m_model;
    mutable VerifyOnce m_once;
};

}  // namespace

Result<std::unique_ptr<TensorSource>> makeFragmentTensorSource(FragmentStore& store, FragmentLoader& loader, VerifyPolicy policy,
                                                               const Operation& operation) {
    if (policy != VerifyPolicy::Never && !hasHashes(store.manifest())) policy = VerifyPolicy::Never;
    auto source = std::make_unique<FragmentTensorSource>(store, loader, policy);
    TESSERA_CHECK(source->open(operation));
    return source;
}

}  // namespace tessera
