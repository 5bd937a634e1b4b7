// SPDX-License-Identifier: GPL-3.0-or-later
// The whole command line: its verbs, parsing, and running the one that was asked for.
#pragma once

#include "app/cli/command_tree.h"
#include "app/cli/output.h"
#include "app/cli/verb.h"

#include <memory>
#include <string>
#include <vector>

namespace tessera::cli {

class CommandLine {
public:
    explicit CommandLine(std::string version);
    ~CommandLine();
    CommandLine(const CommandLine&) = delete;
    CommandLine& operator=(const CommandLine&) = delete;

    Verb& addVerb(std::string name, std::string summary);
    /// Filled while parsing: what the verbs' outputOptions() are bound to.
    OutputOptions& outputOptions();

    /// Parses, checks, acts. The arguments come without the program's name. The result is the exit code.
    int run(const std::vector<std::string>& arguments);

    CommandTree tree() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace tessera::cli
