// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.h"
#include "app/cli/verbs.h"
#include "core/base/platform/console.h"
#include "core/base/platform/system.h"

int main(int argc, char** argv) {
    using namespace tessera;
    const std::vector<std::string> arguments = utf8Arguments(argc, argv);
    cli::CommandLine line(TESSERA_VERSION);
    cli::addAllVerbs(line);
    const int code = line.run(arguments);
    if (code == cli::kExitInterrupted) endInterrupted();
    return code;
}
