// SPDX-License-Identifier: GPL-3.0-or-later
// What the fuzzers and the replay of their corpus run. A broken promise ends the process.
#pragma once

#include <cstddef>
#include <span>

namespace tessera::fuzz {

/// Bytes as a GGUF header, then everything that is done with a header.
void gguf(std::span<const std::byte> bytes);
/// Bytes as a manifest of either version.
void manifest(std::span<const std::byte> bytes);
/// Bytes as a file of chats, ours or another program's.
void chats(std::span<const std::byte> bytes);
/// Bytes as the note beside a file that is still being fetched.
void downloadState(std::span<const std::byte> bytes);
/// Bytes as what a model wrote, taken apart: the first byte chooses the family, the second the pieces in which it comes.
void answer(std::span<const std::byte> bytes);
/// Bytes as what a model wrote, shown.
void markdown(std::span<const std::byte> bytes);

}  // namespace tessera::fuzz
