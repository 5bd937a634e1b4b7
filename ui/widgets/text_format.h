// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers for people, in the language of the window.
#pragma once

#include <QString>

#include <cstdint>

namespace tessera::ui {

/// "49 152": thousands apart by a narrow space that does not break.
QString formatCount(std::uint64_t number);
/// "98.4 MB", "98,4 Mo": SI units, one decimal, as file managers show.
QString formatSize(std::uint64_t bytes);
/// "0.4 s", "12 s", "3 min 20 s".
QString formatDuration(double seconds);
/// With `decimals` digits after the language's own decimal sign. What rounds to zero has no sign.
QString formatNumber(double number, int decimals);
/// With so many significant digits: "0.1927", "1.2e-7".
QString formatValue(double number, int digits);

}  // namespace tessera::ui
