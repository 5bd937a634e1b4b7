// SPDX-License-Identifier: GPL-3.0-or-later
// Inputs that tests share.
#pragma once

#include <cstdlib>
#include <filesystem>

namespace tessera::test {

/// The default model's GGUF (SmolLM2-135M-Instruct.Q4_1.gguf): TESSERA_TEST_MODEL, else the user's data folder, where
/// scripts/test has put it. Tests that need it fail without it.
std::filesystem::path defaultModel();

}  // namespace tessera::test
