// SPDX-License-Identifier: GPL-3.0-or-later
// Text for people: fmt (std::format arrives with GCC 13), byte sizes and durations. Include from .cpp files.
#pragma once

#include "core/base/result.h"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace tessera {

using fmt::format;

/// "98.4 MB", "10 MiB" is what parseBytes reads; SI units, one decimal, like file managers show.
std::string formatBytes(std::uint64_t bytes);

/// "10MiB", "1.5 GB", "65536": bytes. K/M/G/T alone are binary. Fails with InvalidArgument, naming the text.
Result<std::uint64_t> parseBytes(std::string_view text);

}  // namespace tessera
