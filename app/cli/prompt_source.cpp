// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/prompt_source.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/base/platform/system.h"

#include <array>
#include <cstdio>

namespace tessera::cli {

Result<std::string> readStandardInput() {
    std::string text;
    std::array<char, 65536> chunk;
    while (const std::size_t count = std::fread(chunk.data(), 1, chunk.size(), stdin)) {
        text.append(chunk.data(), count);
        if (text.size() > limits::kMaxPromptBytes) {
            return fail(ErrorKind::InvalidArgument, format("standard input is longer than {}", formatBytes(limits::kMaxPromptBytes)));
        }
    }
    if (std::ferror(stdin)) return fail(ErrorKind::Io, "standard input cannot be read");
    return text;
}

Result<void> checkTextGiven(const std::optional<std::string>& text, const std::optional<std::string>& file, const std::string& what) {
    if (text || file || !isTerminal(stdin)) return {};
    return fail(ErrorKind::InvalidArgument, format("there is no {}; give one as an argument, in a file, or on standard input", what));
}

Result<std::string> textFrom(const std::optional<std::string>& text, const std::optional<std::string>& file, const std::string& what) {
    const auto read = [&]() -> Result<std::string> {
        if (text) return *text;
        if (file && *file != "-") return readTextFile(fromUtf8(*file), limits::kMaxPromptBytes);
        return readStandardInput();
    };
    TESSERA_TRY(std::string found, read());
    if (found.empty()) return fail(ErrorKind::InvalidArgument, format("the {} is empty", what));
    return found;
}

}  // namespace tessera::cli
