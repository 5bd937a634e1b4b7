// SPDX-License-Identifier: GPL-3.0-or-later
// A small model with its manifest, cut into many fragments: the input of store, loader and rebuilding tests. For tests
// that link tessera_fragment or something above it.
#pragma once

#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/fragment/manifest.h"
#include "core/fragment/plan.h"
#include "core/gguf/reader.h"
#include "core/gguf/writer.h"

#include <QTemporaryDir>

#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace tessera::test {

/// The value, or a test that stops here with the error's message.
template <class T>
T must(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

inline std::filesystem::path pathOf(const QTemporaryDir& folder) { return fromUtf8(folder.path().toStdString()); }

struct SampleOptions {
    int layers = 2;
    std::int64_t embedding = 256;  // a multiple of 32
    std::int64_t rows = 700;       // of each matrix
    unsigned seed = 1;
};

/// F32, F16 and Q8_0 tensors, a norm, a tensor with experts, alignment 64: several fragments per tensor at 64 KiB, with
/// padding between tensors.
inline std::vector<std::byte> sampleGguf(const SampleOptions& options = {}) {
    std::mt19937 random(options.seed);
    std::vector<GgufTensorData> tensors;
    const auto add = [&](std::string name, TensorType type, std::vector<std::int64_t> shape) {
        std::uint64_t rows = 1;
        for (std::size_t i = 1; i < shape.size(); ++i) rows *= static_cast<std::uint64_t>(shape[i]);
        std::vector<std::byte> bytes(static_cast<std::size_t>(must(rowBytes(type, shape[0])) * rows));
        for (std::byte& byte : bytes) byte = static_cast<std::byte>(random() & 0x3f);  // finite in every float type
        tensors.push_back({std::move(name), type, std::move(shape), std::move(bytes)});
    };
    constexpr TensorType kQ8_0{8};
    add("token_embd.weight", kQ8_0, {options.embedding, options.rows});
    for (int layer = 0; layer < options.layers; ++layer) {
        const std::string block = "blk." + std::to_string(layer) + ".";
        add(block + "attn_norm.weight", TensorType::F32, {options.embedding + 3});
        add(block + "attn_q.weight", TensorType::F16, {options.embedding, options.rows});
        add(block + "ffn_up_exps.weight", kQ8_0, {options.embedding, options.rows / 4, 4});
    }
    add("output_norm.weight", TensorType::F32, {options.embedding});
    Metadata metadata;
    metadata.set("general.architecture", metadataString("llama"));
    metadata.set("general.name", metadataString("sample"));
    return must(ggufBytes(metadata, tensors, {.version = 3, .alignment = 64}));
}

inline constexpr std::uint64_t kSampleFragmentBytes = limits::kMinFragmentBytes;

/// The manifest of GGUF files that are held in memory.
inline Manifest sampleManifest(const std::vector<std::string>& names, const std::vector<std::vector<std::byte>>& files) {
    std::vector<GgufHeader> headers;
    for (std::size_t i = 0; i < files.size(); ++i) headers.push_back(must(parseGgufHeader(files[i], files[i].size(), names[i])));
    const GgufModel model = must(joinGgufHeaders(std::move(headers)));
    Manifest manifest;
    manifest.model_name = "sample";
    manifest.architecture = model.architecture();
    manifest.fragment_size = kSampleFragmentBytes;
    manifest.fragments = must(planFragments(model, {kSampleFragmentBytes}));
    for (std::size_t i = 0; i < files.size(); ++i) manifest.files.push_back({names[i], files[i].size(), sha256(files[i])});
    for (Fragment& fragment : manifest.fragments) {
        fragment.sha256 = sha256(std::span(files[fragment.file_index]).subspan(fragment.offset, fragment.size_bytes));
        fragment.id = fragmentId(fragment);
    }
    manifest.model_id = modelIdOf(manifest.files);
    manifest.set_id = setIdOf(manifest.model_id, manifest.fragments);
    return manifest;
}

/// One file, in memory; writeTo() puts it on the disk.
struct Sample {
    std::vector<std::byte> gguf;
    Manifest manifest;

    explicit Sample(const SampleOptions& options = {}) : gguf(sampleGguf(options)), manifest(sampleManifest({"sample.gguf"}, {gguf})) {}

    std::span<const std::byte> bytesOf(const Fragment& fragment) const {
        return std::span(gguf).subspan(fragment.offset, fragment.size_bytes);
    }
    std::span<const std::byte> bytesOf(FragmentIndex index) const { return bytesOf(manifest.at(index)); }
    std::filesystem::path writeTo(const std::filesystem::path& folder) const {
        must(writeFileAtomically(folder / "sample.gguf", gguf));
        return folder / "sample.gguf";
    }
};

}  // namespace tessera::test
