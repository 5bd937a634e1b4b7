// SPDX-License-Identifier: GPL-3.0-or-later
// `tessera manual`: for the build, which installs the page.
#include "app/cli/manual.h"
#include "app/cli/verbs.h"

namespace tessera::cli {

void addManualVerb(CommandLine& line) {
    Verb& verb = line.addVerb("manual", "Print the manual page as roff");
    verb.hide();
    verb.action([&line](Output& output) -> Result<int> {
        output.text(manualPage(line.tree()));
        return kExitFine;
    });
}

}  // namespace tessera::cli
