// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/serve/http_range.h"

#include <algorithm>
#include <charconv>

namespace tessera {

namespace {

std::string_view trimmed(std::string_view text) {
    const auto isSpace = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && isSpace(text.front())) text.remove_prefix(1);
    while (!text.empty() && isSpace(text.back())) text.remove_suffix(1);
    return text;
}

/// Calls take(element) for each element of a comma-separated list, until it returns true. Commas inside quotes count too:
/// our ETags have none.
template <class Take>
bool anyOf(std::string_view list, Take take) {
    while (!list.empty()) {
        const auto comma = list.find(',');
        if (take(trimmed(list.substr(0, comma)))) return true;
        if (comma == std::string_view::npos) break;
        list.remove_prefix(comma + 1);
    }
    return false;
}

std::optional<std::uint64_t> digits(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size() || text.empty()) return std::nullopt;
    return code == std::errc::result_out_of_range ? UINT64_MAX : value;  // beyond any end
}

/// "bytes=…" with one range. nullopt: to be ignored.
std::optional<Selection> selectRange(std::string_view range, std::uint64_t size) {
    constexpr std::string_view kUnit = "bytes=";
    if (range.size() < kUnit.size() || !std::ranges::equal(range.substr(0, kUnit.size()), kUnit, {}, [](char c) { return static_cast<char>(c | 0x20); },
                                                           [](char c) { return static_cast<char>(c | 0x20); })) return std::nullopt;
    const std::string_view spec = trimmed(range.substr(kUnit.size()));
    const auto dash = spec.find('-');
    if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos) return std::nullopt;
    const std::string_view first_text = trimmed(spec.substr(0, dash)), last_text = trimmed(spec.substr(dash + 1));
    const auto first = digits(first_text), last = digits(last_text);
    if ((!first && !first_text.empty()) || (!last && !last_text.empty()) || (!first && !last)) return std::nullopt;
    if (!first) {  // the last so many bytes
        if (*last == 0 || size == 0) return Selection{416, 0, 0};
        return Selection{206, size - std::min(size, *last), size};
    }
    if (last && *last < *first) return std::nullopt;
    if (*first >= size) return Selection{416, 0, 0};
    return Selection{206, *first, last && *last < size ? *last + 1 : size};
}

}  // namespace

Selection selectBytes(const ServerRequest& request, std::string_view etag, std::uint64_t size) {
    const std::string_view known = request.header("if-none-match");
    const auto matches = [&](std::string_view tag) { return tag == "*" || tag == etag || (tag.starts_with("W/") && tag.substr(2) == etag); };
    if (anyOf(known, matches)) return {304, 0, 0};
    const Selection whole{200, 0, size};
    const std::string_view range = request.header("range"), condition = trimmed(request.header("if-range"));
    if (request.method != "GET" || range.empty() || (!condition.empty() && condition != etag)) return whole;
    return selectRange(trimmed(range), size).value_or(whole);
}

bool acceptsGzip(std::string_view accept_encoding) {
    return anyOf(accept_encoding, [](std::string_view element) {
        const auto semicolon = element.find(';');
        const std::string_view coding = trimmed(element.substr(0, semicolon));
        if (coding != "gzip" && coding != "*") return false;
        if (semicolon == std::string_view::npos) return true;
        const std::string_view weight = trimmed(element.substr(semicolon + 1));
        return !weight.starts_with("q=0") || weight.find_first_of("123456789") != std::string_view::npos;
    });
}

}  // namespace tessera
