// SPDX-License-Identifier: GPL-3.0-or-later
// The command line as data: what help, completion and the manual page are made from.
#pragma once

#include <string>
#include <vector>

namespace tessera::cli {

struct OptionInfo {
    std::vector<std::string> names;    // "-n", "--tokens"; empty for a positional
    std::string placeholder;           // "N", "FILE", "f16|f32|q8_0"; empty for a flag
    std::string help;
    std::string default_text;          // empty: none
    std::string group;                 // heading in the help
    bool positional = false;
    bool required = false;
    bool repeatable = false;

    /// The values of a placeholder like "on|off"; empty for free text.
    std::vector<std::string> choices() const;
    /// What a shell offers: files for FILE, MODEL.gguf, …; folders for DIR; both for SET.
    bool takesFile() const;
    bool takesFolder() const;
    /// "-n, --tokens N"; "SET" or "[SET]" for a positional.
    std::string synopsis() const;
};

struct VerbInfo {
    std::string name;
    std::string summary;               // one line
    std::string details;               // paragraphs, may be empty
    std::vector<std::string> examples; // "command   # what it does", or a command alone
    std::vector<OptionInfo> options;   // positionals first
    bool hidden = false;

    /// "tessera run [SET] [options]".
    std::string usage() const;
};

struct CommandTree {
    std::string version;
    std::string summary;
    std::vector<OptionInfo> options;   // of `tessera` itself
    std::vector<VerbInfo> verbs;
};

}  // namespace tessera::cli
