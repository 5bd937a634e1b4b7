// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/verbs.h"
#include "core/base/format.h"

#include <nlohmann/json.hpp>

namespace tessera::cli {

void addVersionVerb(CommandLine& line) {
    Verb& verb = line.addVerb("version", "Show the version");
    verb.outputOptions(line.outputOptions());
    verb.action([&line](Output& output) -> Result<int> {
        const std::string version = line.tree().version;
        output.line(format("tessera {}", version));
        output.result({{"name", "tessera"}, {"version", version}});
        return kExitFine;
    });
}

}  // namespace tessera::cli
