// SPDX-License-Identifier: GPL-3.0-or-later
// Text that a verb works on: given directly, from a file, or from standard input.
#pragma once

#include "core/base/result.h"

#include <optional>
#include <string>

namespace tessera::cli {

/// `text`, else the content of `file` ("-" is standard input), else what is piped in. InvalidArgument when it is
/// empty; `what` names the text in messages ("prompt").
Result<std::string> textFrom(const std::optional<std::string>& text, const std::optional<std::string>& file, const std::string& what);

/// For a verb's check(): wrong usage when textFrom() would find nothing to read.
Result<void> checkTextGiven(const std::optional<std::string>& text, const std::optional<std::string>& file, const std::string& what);

/// Everything on standard input. InvalidArgument beyond limits::kMaxPromptBytes.
Result<std::string> readStandardInput();

}  // namespace tessera::cli
