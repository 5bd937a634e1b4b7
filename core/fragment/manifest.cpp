// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/manifest.h"

#include "core/base/format.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <tuple>

namespace tessera {

std::uint64_t Manifest::totalBytes() const {
    std::uint64_t total = 0;
    for (const ManifestFile& file : files) total += file.size_bytes;
    return total;
}

Sha256Digest modelIdOf(std::span<const ManifestFile> files) {
    if (files.size() == 1) return files.front().sha256;
    Sha256 hash;
    for (const ManifestFile& file : files) hash.update(file.sha256);
    return hash.finish();
}

Sha256Digest setIdOf(const Sha256Digest& model_id, std::span<const Fragment> fragments) {
    std::vector<std::uint32_t> order(fragments.size());
    std::iota(order.begin(), order.end(), 0u);
    const auto place = [&](std::uint32_t i) {
        return std::tuple(fragments[i].file_index, fragments[i].offset, fragments[i].size_bytes);
    };
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return place(a) < place(b); });
    Sha256 hash;
    hash.update(model_id);
    for (const std::uint32_t i : order) {
        // One record of 52 bytes: file index, offset and size little-endian, digest.
        std::array<std::byte, 4 + 8 + 8 + 32> record;
        std::memcpy(record.data(), &fragments[i].file_index, 4);
        std::memcpy(record.data() + 4, &fragments[i].offset, 8);
        std::memcpy(record.data() + 12, &fragments[i].size_bytes, 8);
        std::memcpy(record.data() + 20, fragments[i].sha256.data(), 32);
        hash.update(record);
    }
    return hash.finish();
}

Result<Manifest> readManifest(const std::filesystem::path& path) {
    TESSERA_TRY(const std::string json, readTextFile(path, limits::kMaxManifestBytes));
    return parseManifest(json, toUtf8(path));
}

Result<void> writeManifest(const Manifest& manifest, const std::filesystem::path& path) {
    const std::string json = manifestToJson(manifest);
    return writeFileAtomically(path, std::as_bytes(std::span(json)));
}

FragmentIndexByTensor::FragmentIndexByTensor(const Manifest& manifest) : m_headers(manifest.files.size()) {
    for (std::uint32_t i = 0; i < manifest.fragments.size(); ++i) {
        const Fragment& fragment = manifest.fragments[i];
        if (fragment.kind == FragmentKind::Tensor) m_by_tensor[fragment.tensor_name].push_back(FragmentIndex{i});
        if (fragment.kind == FragmentKind::Header) m_headers[fragment.file_index].push_back(FragmentIndex{i});
    }
    // Fragments stand by file and offset, which is shard order already in every checked manifest.
    for (auto& [name, shards] : m_by_tensor) {
        std::stable_sort(shards.begin(), shards.end(), [&](FragmentIndex a, FragmentIndex b) {
            return manifest.at(a).shard_index < manifest.at(b).shard_index;
        });
    }
}

std::span<const FragmentIndex> FragmentIndexByTensor::find(std::string_view tensor_name) const {
    const auto found = m_by_tensor.find(tensor_name);
    if (found == m_by_tensor.end()) return {};
    return found->second;
}

std::span<const FragmentIndex> FragmentIndexByTensor::headers(std::uint32_t file_index) const {
    if (file_index >= m_headers.size()) return {};
    return m_headers[file_index];
}

}  // namespace tessera
