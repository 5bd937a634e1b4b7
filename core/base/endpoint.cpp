// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/endpoint.h"

#include "core/base/format.h"
#include "core/base/quote.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace tessera {

namespace {

constexpr std::size_t kMaxHostBytes = 253;

struct Parts {
    std::string_view host;
    std::optional<std::string_view> port;
};

/// An IPv6 address has colons of its own: with a port it needs brackets.
std::optional<Parts> split(std::string_view text) {
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        const std::string_view host = text.substr(1, end - 1), rest = text.substr(end + 1);
        if (host.find(':') == std::string_view::npos || (!rest.empty() && rest.front() != ':')) return std::nullopt;
        if (rest.empty()) return Parts{host, std::nullopt};
        return Parts{host, rest.substr(1)};
    }
    if (std::ranges::count(text, ':') != 1) return Parts{text, std::nullopt};
    const auto colon = text.find(':');
    return Parts{text.substr(0, colon), text.substr(colon + 1)};
}

bool isHost(std::string_view host) {
    const auto isCharacter = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || std::string_view("-._:%").find(c) != std::string_view::npos;
    };
    return !host.empty() && host.size() <= kMaxHostBytes && std::ranges::all_of(host, isCharacter);
}

std::optional<std::uint16_t> number(std::string_view digits) {
    std::uint16_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

tl::unexpected<Error> noEndpoint(std::string_view text) {
    return fail(ErrorKind::InvalidArgument, format("{} is not HOST:PORT with a port from 0 to 65535; an IPv6 address stands in brackets", inQuotes(text)));
}

Result<Endpoint> parse(std::string_view text, const Endpoint* otherwise) {
    auto parts = split(text);
    if (!parts) return noEndpoint(text);
    if (otherwise && parts->host.empty() && parts->port) parts->host = otherwise->host;
    const auto port = parts->port ? number(*parts->port) : otherwise ? std::optional(otherwise->port) : std::nullopt;
    if (!isHost(parts->host) || !port) return noEndpoint(text);
    return Endpoint{std::string(parts->host), *port};
}

}  // namespace

std::string Endpoint::text() const { return host.find(':') == std::string::npos ? format("{}:{}", host, port) : format("[{}]:{}", host, port); }

Result<Endpoint> parseEndpoint(std::string_view text) { return parse(text, nullptr); }
Result<Endpoint> parseEndpoint(std::string_view text, const Endpoint& otherwise) { return parse(text, &otherwise); }

bool isLoopbackHost(std::string_view host) {
    if (host == "localhost" || host == "::1") return true;
    if (!host.starts_with("127.") || std::ranges::count(host, '.') != 3) return false;
    return std::ranges::all_of(host, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });  // not 127.example.org
}

}  // namespace tessera
