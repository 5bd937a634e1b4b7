// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/shell_completion.h"

#include "core/base/format.h"

namespace tessera::cli {

namespace {

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
    return fmt::format("{}", fmt::join(parts, between));
}

/// Words that a verb's positionals offer besides files ("bash zsh fish").
std::vector<std::string> positionalChoices(const VerbInfo& verb) {
    std::vector<std::string> words;
    for (const OptionInfo& option : verb.options) {
        if (!option.positional) continue;
        const std::vector<std::string> choices = option.choices();
        words.insert(words.end(), choices.begin(), choices.end());
    }
    return words;
}

bool positionalTakesFile(const VerbInfo& verb) {
    for (const OptionInfo& option : verb.options) {
        if (option.positional && (option.takesFile() || option.takesFolder())) return true;
    }
    return false;
}

std::vector<std::string> optionNames(const std::vector<OptionInfo>& options) {
    std::vector<std::string> names;
    for (const OptionInfo& option : options) names.insert(names.end(), option.names.begin(), option.names.end());
    return names;
}

// ---- bash

std::string bashValues(const OptionInfo& option) {
    if (const auto choices = option.choices(); !choices.empty()) return format("_tessera_words \"{}\"", joined(choices, " "));
    if (option.takesFile()) return "_tessera_files -f";
    if (option.takesFolder()) return "_tessera_files -d";
    return ":";
}

std::string bashVerb(const VerbInfo& verb) {
    std::string text = format("        {})\n            case $prev in\n", verb.name);
    for (const OptionInfo& option : verb.options) {
        if (option.positional || option.placeholder.empty()) continue;
        text += format("                {}) {}; return ;;\n", joined(option.names, "|"), bashValues(option));
    }
    text += "            esac\n";
    text += format("            if [[ $cur == -* ]]; then _tessera_words \"{}\"\n", joined(optionNames(verb.options), " "));
    if (const auto words = positionalChoices(verb); !words.empty()) {
        text += format("            else _tessera_words \"{}\"\n", joined(words, " "));
    } else if (positionalTakesFile(verb)) {
        text += "            else _tessera_files -f\n";
    }
    return text + "            fi ;;\n";
}

// ---- zsh

/// For a text inside '…[help]:message:action' of _arguments.
std::string zshEscaped(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '\'') {
            escaped += "'\\''";
            continue;
        }
        if (c == '[' || c == ']' || c == ':' || c == '\\') escaped += '\\';
        escaped += c;
    }
    return escaped;
}

std::string zshAction(const OptionInfo& option) {
    if (const auto choices = option.choices(); !choices.empty()) return "(" + joined(choices, " ") + ")";
    if (option.takesFile()) return "_files";
    if (option.takesFolder()) return "_files -/";
    return " ";
}

std::string zshSpecification(const OptionInfo& option) {
    const std::string value = option.placeholder.empty() ? "" : format(":{}:{}", zshEscaped(option.placeholder), zshAction(option));
    if (option.positional) return format("'{}{}'", option.required ? "" : ":", value);
    const std::string help = zshEscaped(option.help);
    const std::string exclusion = option.repeatable ? "*" : "(" + joined(option.names, " ") + ")";
    if (option.names.size() == 1) return format("'{}{}[{}]{}'", exclusion, option.names.front(), help, value);
    return format("'{}'{{{}}}'[{}]{}'", exclusion, joined(option.names, ","), help, value);
}

// ---- fish

std::string fishQuoted(const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + "'";
}

std::string fishOption(const std::string& condition, const OptionInfo& option) {
    if (option.positional) {
        const auto choices = option.choices();
        if (!choices.empty()) return format("complete -c tessera -n {} -f -a {}\n", condition, fishQuoted(joined(choices, " ")));
        return option.takesFile() || option.takesFolder() ? format("complete -c tessera -n {} -F\n", condition) : "";
    }
    std::string line = format("complete -c tessera -n {}", condition);
    for (const std::string& name : option.names) {
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    if (const auto choices = option.choices(); !choices.empty()) {
        line += " -x -a " + fishQuoted(joined(choices, " "));
    } else if (option.takesFile()) {
        line += " -r -F";
    } else if (option.takesFolder()) {
        line += " -x -a '(__fish_complete_directories)'";
    } else if (!option.placeholder.empty()) {
        line += " -x";
    }
    return line + " -d " + fishQuoted(option.help) + "\n";
}

}  // namespace

std::string bashCompletion(const CommandTree& tree) {
    std::vector<std::string> first = optionNames(tree.options);
    for (const VerbInfo& verb : tree.verbs) {
        if (!verb.hidden) first.push_back(verb.name);
    }
    std::string text =
        "# Completion of tessera for bash. Load it with: source <(tessera completion bash)\n"
        "_tessera_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\"); }\n"
        "_tessera_files() { compopt -o filenames; mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$cur\"); }\n"
        "_tessera() {\n"
        "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
        "    COMPREPLY=()\n"
        "    if ((COMP_CWORD == 1)); then\n";
    text += format("        _tessera_words \"{}\"\n        return\n    fi\n    case ${{COMP_WORDS[1]}} in\n", joined(first, " "));
    for (const VerbInfo& verb : tree.verbs) {
        if (!verb.hidden) text += bashVerb(verb);
    }
    return text + "    esac\n}\ncomplete -F _tessera tessera\n";
}

std::string zshCompletion(const CommandTree& tree) {
    std::string text =
        "#compdef tessera\n"
        "# Completion of tessera for zsh. Put it as _tessera into a folder of $fpath: tessera completion zsh > …/_tessera\n"
        "_tessera() {\n"
        "    local -a verbs\n"
        "    verbs=(\n";
    for (const VerbInfo& verb : tree.verbs) {
        if (!verb.hidden) text += format("        '{}:{}'\n", verb.name, zshEscaped(verb.summary));
    }
    text += "    )\n    if (( CURRENT == 2 )); then\n        _describe verb verbs\n        _arguments";
    for (const OptionInfo& option : tree.options) text += " " + zshSpecification(option);
    text += "\n        return\n    fi\n    local verb=$words[2]\n    shift words\n    (( CURRENT-- ))\n    case $verb in\n";
    for (const VerbInfo& verb : tree.verbs) {
        if (verb.hidden) continue;
        text += format("        {})\n            _arguments -s", verb.name);
        for (const OptionInfo& option : verb.options) text += " \\\n                " + zshSpecification(option);
        text += " ;;\n";
    }
    return text + "    esac\n}\n"
                  "if [ \"$funcstack[1]\" = _tessera ]; then _tessera \"$@\"; else compdef _tessera tessera; fi\n";
}

std::string fishCompletion(const CommandTree& tree) {
    std::string text =
        "# Completion of tessera for fish. Load it with: tessera completion fish | source\n"
        "complete -c tessera -f\n";
    for (const VerbInfo& verb : tree.verbs) {
        if (!verb.hidden) text += format("complete -c tessera -n __fish_use_subcommand -a {} -d {}\n", verb.name, fishQuoted(verb.summary));
    }
    for (const OptionInfo& option : tree.options) text += fishOption("__fish_use_subcommand", option);
    for (const VerbInfo& verb : tree.verbs) {
        if (verb.hidden) continue;
        const std::string condition = fishQuoted("__fish_seen_subcommand_from " + verb.name);
        for (const OptionInfo& option : verb.options) text += fishOption(condition, option);
    }
    return text;
}

}  // namespace tessera::cli
