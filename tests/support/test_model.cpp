// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_model.h"

namespace tessera::test {

std::filesystem::path defaultModel() {
    if (const char* path = std::getenv("TESSERA_TEST_MODEL")) return path;
    const char* data = std::getenv("XDG_DATA_HOME");
    const char* home = std::getenv("HOME");
    const std::filesystem::path folder = data && *data ? std::filesystem::path(data)
                                                       : std::filesystem::path(home ? home : ".") / ".local/share";
    return folder / "tessera/models/SmolLM2-135M-Instruct.Q4_1.gguf";
}

}  // namespace tessera::test
