// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/node_address.h"

#include "core/base/format.h"
#include "core/base/quote.h"

#include <algorithm>
#include <charconv>

namespace tessera {
namespace {

constexpr std::size_t kMaxHostBytes = 253;

bool isHostCharacter(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || std::string_view("-._:[]%").find(c) != std::string_view::npos;
}

std::string_view hostOf(std::string_view endpoint) { return endpoint.substr(0, endpoint.rfind(':')); }

}  // namespace

std::string shortId(const NodeId& id) { return toHex(id).substr(0, 8); }
std::string NodeAddress::shortText() const { return shortId(id) + "@" + endpoint; }
std::string NodeAddress::text() const { return toHex(id) + "@" + endpoint; }

Result<void> checkEndpoint(std::string_view endpoint) {
    const auto colon = endpoint.rfind(':');
    unsigned port = 0;
    bool good = colon != std::string_view::npos && colon > 0 && colon <= kMaxHostBytes;
    if (good) {
        const auto digits = endpoint.substr(colon + 1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
        good = error == std::errc() && end == digits.data() + digits.size() && port <= 65535 &&
               std::ranges::all_of(endpoint, isHostCharacter);
    }
    // An IPv6 address has colons of its own and needs brackets.
    const auto host = good ? hostOf(endpoint) : std::string_view();
    if (good && host.find(':') != std::string_view::npos) good = host.front() == '[' && host.back() == ']';
    if (!good) return fail(ErrorKind::InvalidArgument, format("{} is not HOST:PORT", inQuotes(std::string(endpoint))));
    return {};
}

bool isLoopback(std::string_view endpoint) {
    const auto host = hostOf(endpoint);
    return host.starts_with("127.") || host == "localhost" || host == "[::1]";
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
