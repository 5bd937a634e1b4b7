// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/help.h"

#include "core/base/format.h"

#include <algorithm>
#include <sstream>

namespace tessera::cli {

namespace {

constexpr std::size_t kHelpColumn = 32;  // where explanations begin

std::string withFullStop(std::string text) {
    if (!text.empty() && text.back() != '.' && text.back() != '?') text += '.';
    return text;
}

/// "  -n, --tokens N      Explanation", the explanation on its own line when the left part is long.
std::string entry(const std::string& left, const std::string& explanation, std::size_t columns) {
    std::string text = "  " + left;
    if (text.size() + 2 > kHelpColumn) {
        text += "\n" + std::string(kHelpColumn, ' ');
    } else {
        text.append(kHelpColumn - text.size(), ' ');
    }
    return text + wrapText(explanation, kHelpColumn, columns) + "\n";
}

std::string explanationOf(const OptionInfo& option) {
    std::string text = option.help;
    if (option.repeatable) text += "; may be given several times";
    if (!option.default_text.empty()) text += format(" (default: {})", option.default_text);
    return text;
}

std::string optionGroups(const std::vector<OptionInfo>& options, std::size_t columns) {
    std::vector<std::string> groups;
    for (const OptionInfo& option : options) {
        if (std::find(groups.begin(), groups.end(), option.group) == groups.end()) groups.push_back(option.group);
    }
    std::string text;
    for (const std::string& group : groups) {
        text += format("\n{}:\n", group);
        for (const OptionInfo& option : options) {
            if (option.group == group) text += entry(option.synopsis(), explanationOf(option), columns);
        }
    }
    return text;
}

std::string examplesOf(const VerbInfo& verb) {
    if (verb.examples.empty()) return {};
    std::string text = "\nExamples:\n";
    for (const std::string& example : verb.examples) {
        const std::size_t tab = example.find('\t');
        text += format("  {}\n", example.substr(0, tab));
        if (tab != std::string::npos) text += format("      {}\n", withFullStop(example.substr(tab + 1)));
    }
    return text;
}

}  // namespace

std::string wrapText(const std::string& text, std::size_t indent, std::size_t columns) {
    const std::size_t width = std::max<std::size_t>(columns, indent + 24) - indent;
    std::string wrapped;
    std::istringstream lines(text);
    std::string line;
    for (bool first = true; std::getline(lines, line); first = false) {
        if (!first) wrapped += "\n" + std::string(indent, ' ');
        std::istringstream words(line);
        std::string word;
        for (std::size_t used = 0; words >> word;) {
            if (used > 0 && used + 1 + word.size() > width) {
                wrapped += "\n" + std::string(indent, ' ');
                used = 0;
            }
            if (used > 0) {
                wrapped += ' ';
                ++used;
            }
            wrapped += word;
            used += word.size();
        }
    }
    return wrapped;
}

std::string programHelp(const CommandTree& tree, std::size_t columns) {
    std::string text = format("tessera {}: {}\n\nUsage: tessera VERB [arguments] [options]\n\nVerbs:\n", tree.version,
                              wrapText(withFullStop(tree.summary), 0, columns));
    for (const VerbInfo& verb : tree.verbs) {
        if (!verb.hidden) text += entry(verb.name, verb.summary, columns);
    }
    text += optionGroups(tree.options, columns);
    text += "\n" + wrapText("SET is a fragment folder, a manifest, a GGUF with a manifest beside it, or a plain GGUF. Left out, it is "
                            "looked for in models/, the working folder, its parent and the user's data folder.", 0, columns);
    text += "\n\nExamples:\n"
            "  tessera chat\n"
            "      Talk with the default model.\n"
            "  tessera run -p \"What is the capital of France?\"\n"
            "      Answer once.\n"
            "  tessera fragment model.gguf && tessera verify model.gguf\n"
            "      Cut a model and check every fragment.\n"
            "\nMore about a verb: tessera VERB --help\n";
    return text;
}

std::string verbHelp(const VerbInfo& verb, std::size_t columns) {
    std::string text = format("{}\n\nUsage: {}\n", wrapText(withFullStop(verb.summary), 0, columns), verb.usage());
    if (!verb.details.empty()) text += "\n" + wrapText(verb.details, 0, columns) + "\n";
    return text + optionGroups(verb.options, columns) + examplesOf(verb);
}

}  // namespace tessera::cli
