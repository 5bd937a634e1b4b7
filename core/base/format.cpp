// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

namespace tessera {

namespace {

struct Unit {
    std::string_view name;  // lower case
    double bytes;
};

constexpr std::array kUnits{
    Unit{"", 1}, Unit{"b", 1},
    Unit{"k", 1024}, Unit{"kib", 1024}, Unit{"kb", 1e3},
    Unit{"m", 1048576}, Unit{"mib", 1048576}, Unit{"mb", 1e6},
    Unit{"g", 1073741824}, Unit{"gib", 1073741824}, Unit{"gb", 1e9},
    Unit{"t", 1099511627776}, Unit{"tib", 1099511627776}, Unit{"tb", 1e12},
};

}  // namespace

std::string formatBytes(std::uint64_t bytes) {
    static constexpr std::array kNames{"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1000) return fmt::format("{} {}", bytes, bytes == 1 ? "byte" : kNames[0]);
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    // 999.95 would print as "1000.0".
    while (value >= 999.95 && unit + 1 < kNames.size()) {
        value /= 1000;
        ++unit;
    }
    return fmt::format("{:.1f} {}", value, kNames[unit]);
}

Result<std::uint64_t> parseBytes(std::string_view text) {
    const auto wrong = [&] {
        return fail(ErrorKind::InvalidArgument, fmt::format("'{}' is not a size; write for example 10MiB, 64KiB or 10485760", text));
    };
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || !std::isfinite(value) || value < 0) return wrong();
    std::string unit(end, text.data() + text.size());
    std::erase_if(unit, [](unsigned char c) { return std::isspace(c) != 0; });
    std::transform(unit.begin(), unit.end(), unit.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto found = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return u.name == unit; });
    if (found == kUnits.end()) return wrong();
    const double bytes = value * found->bytes;
    if (bytes > 9e18) return wrong();
    return static_cast<std::uint64_t>(bytes);
}

}  // namespace tessera
