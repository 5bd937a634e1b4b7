// SPDX-License-Identifier: GPL-3.0-or-later
// How a node is named: ID@HOST:PORT.
#pragma once

#include "core/compute/identity.h"

#include <string>
#include <string_view>
#include <vector>

namespace tessera {

struct NodeAddress {
    NodeId id{};
    std::string endpoint;  // "10.0.0.7:7420", "[fe80::1]:7420", "box.lan:7420"

    /// "3f2a9c01@10.0.0.7:7420", for messages.
    std::string shortText() const;
    std::string text() const;
    bool operator==(const NodeAddress&) const = default;
};

/// The first digits of an id, as people compare them.
std::string shortId(const NodeId& id);

/// InvalidArgument says what is wrong with the text.
Result<NodeAddress> parseNodeAddress(std::string_view text);
/// Several, separated by commas.
Result<std::vector<NodeAddress>> parseNodeAddresses(std::string_view text);

/// HOST:PORT with a port of 0…65535. InvalidArgument.
Result<void> checkEndpoint(std::string_view endpoint);
/// Whether only this machine reaches it.
bool isLoopback(std::string_view endpoint);

}  // namespace tessera
