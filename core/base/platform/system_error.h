// SPDX-License-Identifier: GPL-3.0-or-later
// How this folder words what the operating system refused.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string_view>
#include <system_error>

namespace tessera {

/// "<path>: cannot <action>: <reason>", with the kind that fits the reason and, for a full disk, what to do.
tl::unexpected<Error> systemError(const std::filesystem::path& path, std::string_view action, const std::error_code& code);

}  // namespace tessera
