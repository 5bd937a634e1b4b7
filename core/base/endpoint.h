// SPDX-License-Identifier: GPL-3.0-or-later
// HOST:PORT, as people write it.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tessera {

struct Endpoint {
    std::string host;        // a name or a numeric address, without brackets
    std::uint16_t port = 0;

    /// "10.0.0.7:7420", "[fe80::1]:7420"
    std::string text() const;
    bool operator==(const Endpoint&) const = default;
};

/// Both parts must be there. InvalidArgument.
Result<Endpoint> parseEndpoint(std::string_view text);
/// What to listen on: of "0.0.0.0", ":7420", "[::1]" or "::1" the missing part is `otherwise`'s. InvalidArgument.
Result<Endpoint> parseEndpoint(std::string_view text, const Endpoint& otherwise);

/// Whether only this machine reaches it: "localhost", 127.0.0.0/8, "::1".
bool isLoopbackHost(std::string_view host);

}  // namespace tessera
