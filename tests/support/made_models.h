// SPDX-License-Identifier: GPL-3.0-or-later
// Small GGUF models made in code.
#pragma once

#include "core/gguf/writer.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tessera::test {

/// Bytes that look random and are the same on every machine.
std::vector<std::byte> madeBytes(std::size_t count, std::uint64_t seed);

/// A tensor of that shape filled with madeBytes.
GgufTensorData madeTensor(const std::string& name, TensorType type, const std::vector<std::int64_t>& shape,
                          std::uint64_t seed);

/// Writes the tensors as a split model "<stem>-0000i-of-0000n.gguf", one list per part; returns the parts' paths.
std::vector<std::filesystem::path> writeSplitModel(const std::filesystem::path& folder, const std::string& stem,
                                                   const std::vector<std::vector<GgufTensorData>>& parts);

/// A GGUF whose tensors do not follow each other directly: alignment 64, bytes other than zero between and behind the
/// tensors, an empty gap of 4 KiB, and the second tensor stored before the first. Returns its path.
std::filesystem::path writeModelWithGaps(const std::filesystem::path& path);

/// The whole content of a file (tests only: no limit).
std::string contentOf(const std::filesystem::path& path);
void writeFile(const std::filesystem::path& path, std::string_view content);

}  // namespace tessera::test
