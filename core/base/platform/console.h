// SPDX-License-Identifier: GPL-3.0-or-later
// The terminal a command-line program was started in.
#pragma once

#include <string>
#include <vector>

namespace tessera {

/// main's arguments without the program's name, as UTF-8 on every system. Also switches a Windows console to UTF-8 and
/// escape sequences. Call once, first.
std::vector<std::string> utf8Arguments(int argc, char** argv);

/// Whether the user's locale shows more than ASCII.
bool terminalShowsUtf8();

}  // namespace tessera
