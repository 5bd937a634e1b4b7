// SPDX-License-Identifier: GPL-3.0-or-later
// openFolder: a version-1 folder in terms of version 2.
#include "core/base/format.h"
#include "core/base/parallel.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/base/quote.h"
#include "core/fragment/manifest_check.h"
#include "core/fragment/plan.h"
#include "core/fragment/v1/v1_format.h"
#include "core/fragment/v1/v1_layout.h"
#include "core/fragment/v1/v1_manifest.h"
#include "core/gguf/reader.h"

#include <algorithm>
#include <atomic>
#include <unordered_map>
#include <unordered_set>

namespace tessera::v1 {

namespace {

constexpr std::size_t kPieceBytes = 1 << 20;

tl::unexpected<Error> corrupt(std::string message) { return fail(ErrorKind::Corrupt, std::move(message)); }

/// The header's model; sizes of the file follow from the tensors, as version 1 does not record them.
Result<GgufModel> readHeaderFile(const std::filesystem::path& path, const std::string& file_name) {
    TESSERA_TRY(const auto bytes, readFile(path, limits::kMaxHeaderBytes));
    auto header = parseGgufHeader(bytes, limits::kMaxFileBytes, toUtf8(path));
    if (!header) return tl::unexpected(header.error());
    header->file.name = file_name;
    std::vector<GgufHeader> headers;
    headers.push_back(std::move(*header));
    auto model = joinGgufHeaders(std::move(headers));
    if (!model) return failAt(toUtf8(path), model.error());
    model->files.front().size_bytes = fileBytes(*model);
    if (bytes.size() != headerBytes(*model)) {
        return corrupt(fmt::format("{}: {} bytes, but the first tensor's data begins at byte {}", toUtf8(path),
                                   bytes.size(), headerBytes(*model)));
    }
    return std::move(*model);
}

/// A name that is a link must lead to a place inside the folder.
Result<void> checkStaysInside(const std::filesystem::path& folder, const std::filesystem::path& path) {
    std::error_code code;
    if (!std::filesystem::is_symlink(path, code)) return {};
    const auto real_folder = std::filesystem::weakly_canonical(folder, code);
    const auto target = std::filesystem::weakly_canonical(path, code);
    const auto difference = std::mismatch(real_folder.begin(), real_folder.end(), target.begin(), target.end());
    if (!code && difference.first == real_folder.end()) return {};
    return corrupt(fmt::format("{}: the link leads out of the folder", toUtf8(path)));
}

/// Digits that are known, zeros behind them: no bytes have this hash.
Sha256Digest partialDigest(const std::string& hash16) {
    return digestFromHex(hash16 + std::string(64 - hash16.size(), '0')).value_or(Sha256Digest{});
}

/// Joins the entries of the manifest with the shards that the header asks for.
class EntryMatcher {
public:
    explicit EntryMatcher(const ManifestV1& manifest) : m_manifest(manifest) {}

    Result<void> index(const GgufModel& model) {
        for (std::size_t i = 0; i < m_manifest.entries.size(); ++i) {
            const Entry& entry = m_manifest.entries[i];
            const TensorInfo* tensor = model.findTensor(entry.tensor_name);
            if (!tensor) {
                return corrupt(fmt::format("fragments[{}].tensor_name {} is not in {}", i, inQuotes(entry.tensor_name),
                                           kHeaderName));
            }
            if (entry.data_offset && *entry.data_offset != tensor->offset) {
                return corrupt(fmt::format("fragments[{}].data_offset is {}, but {} has {} at byte {}", i,
                                           *entry.data_offset, kHeaderName, inQuotes(entry.tensor_name),
                                           tensor->offset));
            }
            if (!m_by_shard.emplace(keyOf(entry.tensor_name, entry.shard_index), i).second) {
                return corrupt(fmt::format("fragments[{}]: shard {} of tensor {} is listed twice ({})", i,
                                           entry.shard_index, inQuotes(entry.tensor_name),
                                           inQuotes(entry.fragment_id, limits::kMaxFragmentIdBytes)));
            }
        }
        return {};
    }

    /// The entry of a planned shard, which its own fields must fit.
    Result<const Entry*> find(const Fragment& shard) {
        const auto found = m_by_shard.find(keyOf(shard.tensor_name, shard.shard_index));
        if (found == m_by_shard.end()) {
            return corrupt(fmt::format("tensor {}: shard {} of {} is missing in the list of fragments",
                                       inQuotes(shard.tensor_name), shard.shard_index, shard.total_shards));
        }
        const Entry& entry = m_manifest.entries[found->second];
        const auto contradicts = [&](std::string_view field, std::uint64_t value, std::uint64_t expected) {
            return corrupt(fmt::format("fragments[{}].{} is {}, but {} asks for {}", found->second, field, value,
                                       kHeaderName, expected));
        };
        if (entry.size_bytes && *entry.size_bytes != shard.size_bytes)
            return contradicts("size_bytes", *entry.size_bytes, shard.size_bytes);
        if (entry.total_shards && *entry.total_shards != shard.total_shards) {
            return contradicts("total_shards", *entry.total_shards, shard.total_shards);
        }
        ++m_found;
        return &entry;
    }

    /// After all shards: an entry that no shard asked for lies beyond its tensor.
    Result<void> finish() const {
        if (m_found == m_manifest.entries.size()) return {};
        return corrupt(
            fmt::format("{} fragments are listed, but {} asks for {}: there are shards beyond the end of their tensors",
                        m_manifest.entries.size(), kHeaderName, m_found));
    }

private:
    static std::string keyOf(const std::string& tensor, std::uint32_t shard) {
        return fmt::format("{}\n{}", tensor, shard);
    }

    const ManifestV1& m_manifest;
    std::unordered_map<std::string, std::size_t> m_by_shard;
    std::size_t m_found = 0;
};

/// Hashes every fragment, and the whole file as it would be rebuilt.
class FolderHasher {
public:
    FolderHasher(Folder& folder, const Operation& operation, std::uint64_t total_bytes)
        : m_folder(folder), m_operation(operation), m_meter(operation, total_bytes, "verifying") {}

    Result<void> run() {
        std::vector<Fragment>& fragments = m_folder.manifest.fragments;
        Sha256Digest whole{};
        // The whole file comes first: it takes longest and cannot be divided.
        TESSERA_CHECK(parallelFor(fragments.size() + 1, 0, m_operation.stop, [&](std::size_t index) -> Result<void> {
            if (index > 0) return hashFragment(index - 1);
            TESSERA_TRY(whole, hashWhole());
            return {};
        }));
        m_meter.finish();
        m_folder.manifest.files.front().sha256 = m_incomplete ? Sha256Digest{} : whole;
        return {};
    }

private:
    /// Bytes of one fragment's file, piece by piece. False when the file is missing, unreadable or of another size.
    template <class Use>
    Result<bool> readPieces(std::size_t index, Use use) {
        const std::uint64_t size = m_folder.manifest.fragments[index].size_bytes;
        const auto file = File::open(m_folder.fragment_files[index], File::Mode::Read);
        if (!file || file->size().value_or(UINT64_MAX) != size) return false;
        std::vector<std::byte> memory(static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, size)));
        for (std::uint64_t done = 0; done < size;) {
            TESSERA_CHECK(m_operation.checkStop());
            const auto piece =
                std::span(memory).first(static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, size - done)));
            if (!file->readAt(done, piece)) return false;
            use(piece);
            done += piece.size();
        }
        return true;
    }

    Result<void> hashFragment(std::size_t index) {
        Fragment& fragment = m_folder.manifest.fragments[index];
        Sha256 hash;
        TESSERA_TRY(const bool whole, readPieces(index, [&](std::span<const std::byte> piece) { hash.update(piece); }));
        const Sha256Digest found = hash.finish();
        // fragment.sha256 holds the recorded digits, or zeros where nothing is recorded.
        const bool recorded = fragment.sha256 != Sha256Digest{};
        const bool right =
            whole && (!recorded || std::equal(found.begin(), found.begin() + 8, fragment.sha256.begin()));
        if (right) {
            fragment.sha256 = found;
        } else {
            m_incomplete = true;
        }
        m_meter.add(fragment.size_bytes);
        return {};
    }

    Result<Sha256Digest> hashWhole() {
        Sha256 hash;
        std::uint64_t position = 0;
        const auto zerosUpTo = [&](std::uint64_t end) {
            static constexpr std::array<std::byte, 4096> kZeros{};
            for (; position < end;) {
                const auto zeros = std::span(kZeros).first(
                    static_cast<std::size_t>(std::min<std::uint64_t>(kZeros.size(), end - position)));
                hash.update(zeros);
                position += zeros.size();
            }
        };
        for (std::size_t i = 0; i < m_folder.manifest.fragments.size(); ++i) {
            zerosUpTo(m_folder.manifest.fragments[i].offset);
            TESSERA_TRY(const bool whole, readPieces(i, [&](std::span<const std::byte> piece) {
                            hash.update(piece);
                            position += piece.size();
                        }));
            if (!whole) {  // the hash would mean nothing
                m_incomplete = true;
                return Sha256Digest{};
            }
        }
        zerosUpTo(m_folder.manifest.files.front().size_bytes);
        return hash.finish();
    }

    Folder& m_folder;
    const Operation& m_operation;
    ProgressMeter m_meter;
    std::atomic<bool> m_incomplete{false};
};

std::string modelNameOf(const ManifestV1& manifest, const std::filesystem::path& folder) {
    if (!manifest.model_name.empty()) return manifest.model_name;
    std::error_code code;
    return toUtf8(std::filesystem::absolute(folder / ".", code).parent_path().filename());
}

/// The plan of the header with the ids, files and recorded hashes of the manifest.
Result<Folder> joinFolder(const std::filesystem::path& folder, const ManifestV1& v1, const GgufModel& model) {
    Folder result;
    result.manifest.fragment_size = v1.chunk_size;
    result.manifest.architecture = model.architecture();
    result.manifest.files.push_back({model.files.front().name, model.files.front().size_bytes, {}});
    TESSERA_TRY(result.manifest.fragments, planV1(model, v1.chunk_size));
    EntryMatcher matcher(v1);
    TESSERA_CHECK(matcher.index(model));
    std::unordered_set<std::string> ids;
    for (Fragment& fragment : result.manifest.fragments) {
        std::filesystem::path file = folder / kHeaderName;
        fragment.id = kHeaderFragmentId;
        if (fragment.kind == FragmentKind::Tensor) {
            TESSERA_TRY(const Entry* entry, matcher.find(fragment));
            fragment.id = entry->fragment_id;
            fragment.sha256 = partialDigest(entry->hash16);
            file = folder / fromUtf8(entry->fragment_id + ".dat");
        }
        TESSERA_CHECK(checkStaysInside(folder, file));
        // Version 1 gives equal bytes of one component the same id, and takes any character from the model's name.
        if (!isSafeFragmentId(fragment.id) || !ids.insert(fragment.id).second) {
            fragment.id = fragmentId(fragment);
            ids.insert(fragment.id);
        }
        result.fragment_files.push_back(std::move(file));
    }
    TESSERA_CHECK(matcher.finish());
    return result;
}

}  // namespace

Result<Folder> openFolder(const std::filesystem::path& folder, const Operation& operation) {
    const std::filesystem::path manifest_path = folder / kManifestName;
    TESSERA_CHECK(checkStaysInside(folder, manifest_path));
    TESSERA_CHECK(checkStaysInside(folder, folder / kHeaderName));
    TESSERA_TRY(const std::string json, readTextFile(manifest_path, kMaxManifestBytes));
    const auto v1 = parseManifestV1(json);
    if (!v1) return failAt(toUtf8(manifest_path), v1.error());
    const std::string model_name = modelNameOf(*v1, folder);
    const std::string file_name = model_name + ".gguf";
    if (!isPlainFileName(file_name)) {
        return corrupt(
            fmt::format("{}: model_name {} is no plain file name", toUtf8(manifest_path), inQuotes(model_name)));
    }
    TESSERA_TRY(const GgufModel model, readHeaderFile(folder / kHeaderName, file_name));
    if (v1->header_size && *v1->header_size != headerBytes(model)) {
        return corrupt(fmt::format("{}: header_size is {}, but {} has {} bytes", toUtf8(manifest_path),
                                   *v1->header_size, kHeaderName, headerBytes(model)));
    }
    auto result = joinFolder(folder, *v1, model);
    if (!result) return failAt(toUtf8(manifest_path), result.error());
    result->manifest.model_name = model_name;
    TESSERA_CHECK(FolderHasher(*result, operation, model.files.front().size_bytes).run());
    result->manifest.model_id = modelIdOf(result->manifest.files);
    result->manifest.set_id = setIdOf(result->manifest.model_id, result->manifest.fragments);
    return result;
}

}  // namespace tessera::v1
