// SPDX-License-Identifier: GPL-3.0-or-later
// gzip (RFC 1952) through zlib.
#pragma once

#include <string>
#include <string_view>

namespace tessera {

/// Empty when zlib has no memory.
std::string gzipped(std::string_view text);

}  // namespace tessera
