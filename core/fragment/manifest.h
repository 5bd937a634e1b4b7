// SPDX-License-Identifier: GPL-3.0-or-later
// The manifest: every fragment of a model with its place and hash. docs/FRAGMENTS.md describes the file.
#pragma once

#include "core/base/hash.h"
#include "core/base/ids.h"
#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/gguf/tensor_type.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tessera {

enum class FragmentKind { Header, Tensor, Gap };

/// A verified byte range of one file of the model.
struct Fragment {
    std::string id;                    // safe in file names and URLs; nothing parses it
    FragmentKind kind = FragmentKind::Tensor;
    std::uint32_t file_index = 0;
    std::uint64_t offset = 0;          // bytes from the start of that file
    std::uint64_t size_bytes = 0;
    Sha256Digest sha256{};

    // Tensor fragments only; the rest keep the defaults.
    std::string tensor_name;
    TensorType tensor_type = TensorType::F32;
    std::vector<std::int64_t> shape;   // of the whole tensor, innermost first
    std::uint32_t shard_index = 0;
    std::uint32_t total_shards = 1;
    std::int64_t first_row = 0;        // rows of shape[0] elements, over all outer dimensions
    std::int64_t row_count = 0;
    LayerIndex layer = kOtherLayer;
    std::string component;             // "attn_q", "ffn_down", "token_embd", …
    std::optional<std::uint32_t> expert_index;
    bool is_always_active = true;      // false only for experts
};

struct ManifestFile {
    std::string name;                  // no folder part
    std::uint64_t size_bytes = 0;
    Sha256Digest sha256{};
};

/// Format 2 in memory. Immutable once built; any thread may read.
struct Manifest {
    std::string model_name;
    std::string architecture;
    std::uint64_t fragment_size = limits::kDefaultFragmentBytes;
    std::vector<ManifestFile> files;
    std::vector<Fragment> fragments;   // by file, then by offset
    Sha256Digest model_id{};           // SHA-256 of the file, or of the concatenated digests of a split model's files
    Sha256Digest set_id{};             // root of trust, see setIdOf()

    const Fragment& at(FragmentIndex index) const { return fragments[toInt(index)]; }
    std::uint64_t totalBytes() const;  // of the files
};

Sha256Digest modelIdOf(std::span<const ManifestFile> files);
/// SHA-256 over model_id and (file, offset, size, sha256) of every fragment, in canonical order and encoding
/// (docs/FRAGMENTS.md). Two manifests with the same set_id describe the same bytes cut the same way.
Sha256Digest setIdOf(const Sha256Digest& model_id, std::span<const Fragment> fragments);

/// Version-2 JSON. Everything a stranger could have written is checked: sizes, ranges, overlaps, ids, counts, hashes'
/// form, shards complete, set_id and model_id true to the content. Errors name the field and the fragment.
/// `name` stands in messages.
Result<Manifest> parseManifest(std::string_view json, std::string_view name);
std::string manifestToJson(const Manifest& manifest);

/// Reads and parses; the file may be at most limits::kMaxManifestBytes.
Result<Manifest> readManifest(const std::filesystem::path& path);
/// The file appears whole or not at all.
Result<void> writeManifest(const Manifest& manifest, const std::filesystem::path& path);

/// Fragments of a tensor in shard order, and the headers, by name: built once over a manifest that must outlive it.
class FragmentIndexByTensor {
public:
    explicit FragmentIndexByTensor(const Manifest& manifest);
    /// Empty when the manifest has no such tensor.
    std::span<const FragmentIndex> find(std::string_view tensor_name) const;
    std::span<const FragmentIndex> headers(std::uint32_t file_index) const;

private:
    std::unordered_map<std::string_view, std::vector<FragmentIndex>> m_by_tensor;
    std::vector<std::vector<FragmentIndex>> m_headers;
};

}  // namespace tessera
