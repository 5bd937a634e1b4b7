// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens as words of the window.
#pragma once

#include <QString>

#include <string_view>

namespace tessera::ui {

/// A token's text with its spaces and line ends made visible: "·Paris", "↵". Bytes that are no UTF-8 are escaped.
QString tokenLabel(std::string_view piece);

}  // namespace tessera::ui
