// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/shell_completion.h"
#include "app/cli/verbs.h"

#include <memory>

namespace tessera::cli {

namespace {

enum class Shell { Bash, Zsh, Fish };

Result<Shell> shellNamed(const std::string& name) {
    if (name == "bash") return Shell::Bash;
    if (name == "zsh") return Shell::Zsh;
    if (name == "fish") return Shell::Fish;
    return fail(ErrorKind::InvalidArgument, "there is completion for bash, zsh and fish, not for '" + name + "'");
}

std::string scriptFor(Shell shell, const CommandTree& tree) {
    switch (shell) {
        case Shell::Bash: return bashCompletion(tree);
        case Shell::Zsh: return zshCompletion(tree);
        case Shell::Fish: return fishCompletion(tree);
    }
    return {};
}

}  // namespace

void addCompletionVerb(CommandLine& line) {
    const auto shell = std::make_shared<std::string>();
    Verb& verb = line.addVerb("completion", "Print a completion script for a shell");
    verb.positional("bash|zsh|fish", *shell, "The shell");
    verb.example("source <(tessera completion bash)", "complete in this bash");
    verb.example("tessera completion fish | source", "complete in this fish");
    verb.example("tessera completion zsh > ~/.zfunc/_tessera", "complete in every zsh that has ~/.zfunc in its fpath");
    verb.check([shell]() -> Result<void> {
        TESSERA_CHECK(shellNamed(*shell));
        return {};
    });
    verb.action([shell, &line](Output& output) -> Result<int> {
        TESSERA_TRY(const Shell chosen, shellNamed(*shell));
        output.text(scriptFor(chosen, line.tree()));
        return kExitFine;
    });
}

}  // namespace tessera::cli
