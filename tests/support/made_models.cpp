// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/made_models.h"

#include "core/base/format.h"
#include "tests/support/raw_gguf.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

namespace tessera::test {

namespace {

/// A test cannot go on without its input.
void require(const Result<void>& done) {
    if (done) return;
    std::cerr << "making a test's input: " << done.error().message << '\n';
    std::abort();
}

}  // namespace

std::vector<std::byte> madeBytes(std::size_t count, std::uint64_t seed) {
    std::vector<std::byte> bytes(count);
    std::uint64_t state = seed * 0x9e3779b97f4a7c15ull + 1;
    for (std::byte& byte : bytes) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        byte = static_cast<std::byte>(state >> 32);
    }
    return bytes;
}

GgufTensorData madeTensor(const std::string& name, TensorType type, const std::vector<std::int64_t>& shape,
                          std::uint64_t seed) {
    std::size_t bytes = rowBytes(type, shape[0]).value();
    for (std::size_t i = 1; i < shape.size(); ++i) bytes *= static_cast<std::size_t>(shape[i]);
    return {name, type, shape, madeBytes(bytes, seed)};
}

std::vector<std::filesystem::path> writeSplitModel(const std::filesystem::path& folder, const std::string& stem,
                                                   const std::vector<std::vector<GgufTensorData>>& parts) {
    std::size_t tensors = 0;
    for (const auto& part : parts) tensors += part.size();
    std::vector<std::filesystem::path> paths;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        Metadata metadata;
        if (i == 0) metadata.set("general.architecture", metadataString("llama"));
        metadata.set("split.no", metadataUInt16(static_cast<std::uint16_t>(i)));
        metadata.set("split.count", metadataUInt16(static_cast<std::uint16_t>(parts.size())));
        metadata.set("split.tensors.count", metadataInt32(static_cast<std::int32_t>(tensors)));
        paths.push_back(folder / fmt::format("{}-{:05}-of-{:05}.gguf", stem, i + 1, parts.size()));
        require(writeGguf(paths.back(), metadata, parts[i]));
    }
    return paths;
}

std::filesystem::path writeModelWithGaps(const std::filesystem::path& path) {
    RawGguf gguf;
    gguf.preamble(3, 2).key("general.architecture", 8).string("llama").uint32Entry("general.alignment", 64);
    gguf.tensor("blk.0.attn_q.weight", {32, 3}, 0, 4480);  // F32, 384 bytes
    gguf.tensor("token_embd.weight", {5}, 0, 64);          // F32, 20 bytes, with a gap before it
    gguf.tensor("output.weight", {32, 2}, 8, 128);         // Q8_0, 68 bytes
    gguf.padTo(64, '\x5a');                                // the header's own padding, not zero
    const auto fill = [&](std::size_t count, std::uint64_t seed) {
        for (const std::byte byte : madeBytes(count, seed)) gguf.number(byte);
    };
    gguf.raw("what stands before the first tensor").padTo(64);
    fill(20, 1);
    gguf.padTo(64, '\x77');
    fill(68, 2);
    gguf.padTo(64).zeros(4480 - 256);  // zeros up to the next tensor
    fill(384, 3);
    gguf.raw("trailing bytes");
    writeFile(path, gguf.text());
    return path;
}

std::string contentOf(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void writeFile(const std::filesystem::path& path, std::string_view content) {
    std::ofstream(path, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
}

}  // namespace tessera::test
