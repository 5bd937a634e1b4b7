// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace tessera {

/// Whether the whole text matches a shell pattern: `*` any characters, `?` one, `[a-c]` one of a set, `[!a-c]` none of
/// it, `\` the next character as it is. A `[` that nothing closes stands for itself. Bytes, not characters; time grows
/// with pattern × text at most.
bool globMatches(std::string_view pattern, std::string_view text);

}  // namespace tessera
