// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/node_address.h"

#include "core/base/endpoint.h"
#include "core/base/format.h"
#include "core/base/quote.h"

#include <algorithm>

namespace tessera {
std::string shortId(const NodeId& id) { return toHex(id).substr(0, 8); }
std::string NodeAddress::shortText() const { return shortId(id) + "@" + endpoint; }
std::string NodeAddress::text() const { return toHex(id) + "@" + endpoint; }

Result<void> checkEndpoint(std::string_view endpoint) { return parseEndpoint(endpoint).map([](const Endpoint&) {}); }

bool isLoopback(std::string_view endpoint) {
    const auto parsed = parseEndpoint(endpoint);
    return parsed && isLoopbackHost(parsed->host);
}

Result<NodeAddress> parseNodeAddress(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos)
        return fail(ErrorKind::InvalidArgument, format("{} is not ID@HOST:PORT; 'tessera node' prints it", inQuotes(std::string(text))));
    NodeAddress address;
    auto id = digestFromHex(text.substr(0, at));
    if (!id) return fail(ErrorKind::InvalidArgument, format("{} is not a node's id: 64 hexadecimal digits", inQuotes(std::string(text.substr(0, at)))));
    address.id = *id;
    address.endpoint = text.substr(at + 1);
    TESSERA_CHECK(checkEndpoint(address.endpoint));
    return address;
}

Result<std::vector<NodeAddress>> parseNodeAddresses(std::string_view text) {
    std::vector<NodeAddress> addresses;
    while (true) {
        const auto comma = text.find(',');
        TESSERA_TRY(auto address, parseNodeAddress(text.substr(0, comma)));
        if (std::ranges::find(addresses, address) != addresses.end())
            return fail(ErrorKind::InvalidArgument, format("the node {} is named twice", address.shortText()));
        addresses.push_back(std::move(address));
        if (comma == std::string_view::npos) return addresses;
        text.remove_prefix(comma + 1);
    }
}

}  // namespace tessera
