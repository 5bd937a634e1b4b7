// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/manifest_check.h"

#include "core/base/bytes.h"
#include "core/base/format.h"
#include "core/base/quote.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace tessera {

bool isSafeFragmentId(std::string_view id) {
    const auto safe = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == '-';
    };
    return !id.empty() && id.size() <= limits::kMaxFragmentIdBytes && id.front() != '.' &&
           std::all_of(id.begin(), id.end(), safe);
}

bool isPlainFileName(std::string_view name) {
    if (name.empty() || name.size() > 255 || name == "." || name == "..") return false;
    if (name.size() > 1 && name[1] == ':') return false;  // a drive
    return std::none_of(name.begin(), name.end(),
                        [](char c) { return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20; });
}

namespace {

tl::unexpected<Error> corrupt(std::string message) { return fail(ErrorKind::Corrupt, std::move(message)); }

std::string nameOf(const Fragment& fragment) {
    return fmt::format("fragment {}", inQuotes(fragment.id, limits::kMaxFragmentIdBytes));
}

Result<void> checkFiles(const Manifest& manifest) {
    if (manifest.files.empty()) return corrupt("files: the list is empty");
    if (manifest.files.size() > limits::kMaxSplitFiles) {
        return corrupt(
            fmt::format("files: {} entries, at most {} are allowed", manifest.files.size(), limits::kMaxSplitFiles));
    }
    std::unordered_set<std::string_view> names;
    for (const ManifestFile& file : manifest.files) {
        if (!isPlainFileName(file.name))
            return corrupt(fmt::format("files: name {} is no plain file name", inQuotes(file.name)));
        if (!names.insert(file.name).second)
            return corrupt(fmt::format("files: name {} appears twice", inQuotes(file.name)));
        if (file.size_bytes == 0 || file.size_bytes > limits::kMaxFileBytes) {
            return corrupt(fmt::format("files: size_bytes of {} is {}, 1 to {} are allowed", inQuotes(file.name),
                                       file.size_bytes, limits::kMaxFileBytes));
        }
    }
    return {};
}

Result<void> checkFragmentSize(const Manifest& manifest) {
    if (manifest.fragment_size >= limits::kMinFragmentBytes && manifest.fragment_size <= limits::kMaxFragmentBytes)
        return {};
    return corrupt(fmt::format("fragment_size is {}, {} to {} are allowed", manifest.fragment_size,
                               limits::kMinFragmentBytes, limits::kMaxFragmentBytes));
}

/// Range of one fragment, before the tensor's own rules.
Result<void> checkRange(const Manifest& manifest, const Fragment& fragment) {
    if (fragment.file_index >= manifest.files.size()) {
        return corrupt(fmt::format("{}: file_index is {}, but there are {} files", nameOf(fragment),
                                   fragment.file_index, manifest.files.size()));
    }
    const bool single_row = fragment.kind == FragmentKind::Tensor && fragment.row_count == 1;
    const std::uint64_t largest =
        single_row ? std::max(manifest.fragment_size, limits::kMaxRowBytes) : manifest.fragment_size;
    if (fragment.size_bytes == 0 || fragment.size_bytes > largest) {
        return corrupt(
            fmt::format("{}: size_bytes is {}, 1 to {} are allowed", nameOf(fragment), fragment.size_bytes, largest));
    }
    const std::uint64_t file_bytes = manifest.files[fragment.file_index].size_bytes;
    const auto end = checkedAdd(fragment.offset, fragment.size_bytes);
    if (!end || *end > file_bytes) {
        return corrupt(fmt::format("{}: offset {} and size_bytes {} go beyond the file, which has {} bytes",
                                   nameOf(fragment), fragment.offset, fragment.size_bytes, file_bytes));
    }
    return {};
}

/// Ids, ranges and overlaps; the header must begin each file and be whole.
Result<void> checkRanges(const Manifest& manifest) {
    std::unordered_set<std::string_view> ids;
    ids.reserve(manifest.fragments.size());
    std::vector<std::uint64_t> header_end(manifest.files.size(), 0);
    const Fragment* before = nullptr;
    for (const Fragment& fragment : manifest.fragments) {
        if (!isSafeFragmentId(fragment.id)) {
            return corrupt(fmt::format("fragment_id {} is not safe as a file name", inQuotes(fragment.id)));
        }
        if (!ids.insert(fragment.id).second)
            return corrupt(fmt::format("fragment_id {} appears twice", inQuotes(fragment.id)));
        TESSERA_CHECK(checkRange(manifest, fragment));
        if (before && before->file_index == fragment.file_index &&
            before->offset + before->size_bytes > fragment.offset) {
            return corrupt(fmt::format("{} and {} overlap at byte {} of {}", nameOf(*before), nameOf(fragment),
                                       fragment.offset, inQuotes(manifest.files[fragment.file_index].name)));
        }
        if (fragment.kind == FragmentKind::Header) {
            if (fragment.offset != header_end[fragment.file_index]) {
                return corrupt(fmt::format(
                    "{}: offset is {}, but the header before it ends at {}: a piece of the header is missing",
                    nameOf(fragment), fragment.offset, header_end[fragment.file_index]));
            }
            header_end[fragment.file_index] += fragment.size_bytes;
        }
        before = &fragment;
    }
    for (std::size_t i = 0; i < header_end.size(); ++i) {
        if (header_end[i] == 0)
            return corrupt(fmt::format("no header fragment for file {}", inQuotes(manifest.files[i].name)));
    }
    return {};
}

/// The shape as rows × bytes, checked against overflow.
struct Extent {
    std::int64_t rows = 1;
    std::uint64_t row_bytes = 0;
};
Result<Extent> extentOf(const Fragment& shard) {
    const auto wrong = [&](std::string_view why) {
        return corrupt(fmt::format("{}: shape [{}] {}", nameOf(shard), fmt::join(shard.shape, ", "), why));
    };
    if (shard.shape.empty() || shard.shape.size() > 4) return wrong("should have 1 to 4 dimensions");
    if (std::any_of(shard.shape.begin(), shard.shape.end(), [](std::int64_t size) { return size <= 0; }))
        return wrong("is not positive");
    Extent extent;
    const auto row_bytes = rowBytes(shard.tensor_type, shard.shape[0]);
    if (!row_bytes) return wrong(fmt::format("does not fit its type: {}", row_bytes.error().message));
    extent.row_bytes = *row_bytes;
    std::optional<std::uint64_t> bytes = extent.row_bytes;
    for (std::size_t i = 1; i < shard.shape.size() && bytes; ++i)
        bytes = checkedMultiply(*bytes, static_cast<std::uint64_t>(shard.shape[i]));
    if (!bytes || *bytes > limits::kMaxFileBytes) return wrong("overflows");
    extent.rows = static_cast<std::int64_t>(*bytes / extent.row_bytes);
    return extent;
}

Result<void> checkExpert(const Fragment& shard) {
    if (shard.is_always_active == shard.expert_index.has_value()) {
        return corrupt(fmt::format("{}: is_always_active is {}, which contradicts expert_index", nameOf(shard),
                                   shard.is_always_active));
    }
    if (!shard.expert_index) return {};
    if (shard.shape.size() < 3)
        return corrupt(
            fmt::format("{}: expert_index of a tensor with {} dimensions", nameOf(shard), shard.shape.size()));
    const std::int64_t rows = shard.shape[1];
    const std::int64_t expert = *shard.expert_index;
    if (shard.first_row / rows != expert || (shard.first_row + shard.row_count - 1) / rows != expert) {
        return corrupt(fmt::format("{}: rows {} to {} are not all of expert {}", nameOf(shard), shard.first_row,
                                   shard.first_row + shard.row_count, expert));
    }
    return {};
}

/// Follows the shards of one tensor through the list and checks that each continues the one before.
class TensorCheck {
public:
    Result<void> add(const Fragment& shard) {
        if (!m_first) TESSERA_CHECK(begin(shard));
        TESSERA_CHECK(checkAlike(shard));
        TESSERA_CHECK(checkRows(shard));
        TESSERA_CHECK(checkExpert(shard));
        m_rows += shard.row_count;
        ++m_shards;
        return {};
    }

    Result<void> finish() const {
        if (m_shards == m_first->total_shards && m_rows == m_extent.rows) return {};
        return corrupt(fmt::format("tensor {}: {} of {} shards and {} of {} rows are listed, the rest is missing",
                                   inQuotes(m_first->tensor_name), m_shards, m_first->total_shards, m_rows,
                                   m_extent.rows));
    }

private:
    Result<void> begin(const Fragment& shard) {
        m_first = &shard;
        TESSERA_TRY(m_extent, extentOf(shard));
        return {};
    }

    Result<void> checkAlike(const Fragment& shard) const {
        const auto differs = [&](std::string_view field) {
            return corrupt(fmt::format("{}: {} differs from that of the tensor's other shards", nameOf(shard), field));
        };
        if (shard.tensor_type != m_first->tensor_type) return differs("tensor_type");
        if (shard.shape != m_first->shape) return differs("shape");
        if (shard.total_shards != m_first->total_shards) return differs("total_shards");
        if (shard.file_index != m_first->file_index) return differs("file_index");
        if (shard.expert_index.has_value() != m_first->expert_index.has_value()) return differs("expert_index");
        return {};
    }

    Result<void> checkRows(const Fragment& shard) const {
        if (shard.shard_index != m_shards) {
            return corrupt(fmt::format("tensor {}: shard {} of {} is missing, shard_index {} stands in its place",
                                       inQuotes(shard.tensor_name), m_shards, m_first->total_shards,
                                       shard.shard_index));
        }
        if (shard.first_row != m_rows || shard.row_count <= 0 || shard.row_count > m_extent.rows - m_rows) {
            return corrupt(fmt::format("{}: first_row {} and row_count {} do not continue at row {} of {}",
                                       nameOf(shard), shard.first_row, shard.row_count, m_rows, m_extent.rows));
        }
        if (shard.size_bytes != static_cast<std::uint64_t>(shard.row_count) * m_extent.row_bytes) {
            return corrupt(fmt::format("{}: size_bytes is {}, but {} rows of {} bytes are announced", nameOf(shard),
                                       shard.size_bytes, shard.row_count, m_extent.row_bytes));
        }
        if (shard.offset != m_first->offset + static_cast<std::uint64_t>(m_rows) * m_extent.row_bytes) {
            return corrupt(
                fmt::format("{}: offset {} does not continue the shard before it", nameOf(shard), shard.offset));
        }
        return {};
    }

    const Fragment* m_first = nullptr;
    Extent m_extent;
    std::int64_t m_rows = 0;
    std::uint32_t m_shards = 0;
};

Result<void> checkTensors(const Manifest& manifest) {
    std::unordered_map<std::string_view, TensorCheck> tensors;
    for (const Fragment& fragment : manifest.fragments) {
        if (fragment.kind != FragmentKind::Tensor) continue;
        if (fragment.tensor_name.empty() || fragment.tensor_name.size() > limits::kMaxTensorNameBytes) {
            return corrupt(fmt::format("{}: tensor_name has {} bytes, 1 to {} are allowed", nameOf(fragment),
                                       fragment.tensor_name.size(), limits::kMaxTensorNameBytes));
        }
        TESSERA_CHECK(tensors[fragment.tensor_name].add(fragment));
    }
    for (const auto& [name, tensor] : tensors) TESSERA_CHECK(tensor.finish());
    return {};
}

Result<void> checkIds(const Manifest& manifest) {
    const Sha256Digest model_id = modelIdOf(manifest.files);
    if (model_id != manifest.model_id) {
        return corrupt(
            fmt::format("model_id is {}, but the files' hashes give {}", toHex(manifest.model_id), toHex(model_id)));
    }
    const Sha256Digest set_id = setIdOf(model_id, manifest.fragments);
    if (set_id != manifest.set_id) {
        return corrupt(fmt::format("set_id is {}, but the fragments give {}: the manifest was changed",
                                   toHex(manifest.set_id), toHex(set_id)));
    }
    return {};
}

}  // namespace

Result<void> checkManifest(const Manifest& manifest) {
    TESSERA_CHECK(checkFiles(manifest));
    TESSERA_CHECK(checkFragmentSize(manifest));
    TESSERA_CHECK(checkRanges(manifest));
    TESSERA_CHECK(checkTensors(manifest));
    return checkIds(manifest);
}

}  // namespace tessera
