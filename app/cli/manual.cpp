// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/manual.h"

#include "core/base/format.h"

#include <algorithm>
#include <cctype>

namespace tessera::cli {

namespace {

/// Text as roff: no accidental macros, dashes that can be copied.
std::string roff(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        const bool line_begins = escaped.empty() || escaped.back() == '\n';
        if (line_begins && (c == '.' || c == '\'')) escaped += "\\&";
        if (c == '\\') escaped += "\\e";
        else if (c == '-') escaped += "\\-";
        else escaped += c;
    }
    return escaped;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

std::string heading(const OptionInfo& option) {
    if (option.positional) return format("\\fI{}\\fR", roff(option.placeholder));
    std::string text;
    for (const std::string& name : option.names) text += format("{}\\fB{}\\fR", text.empty() ? "" : ", ", roff(name));
    return option.placeholder.empty() ? text : format("{} \\fI{}\\fR", text, roff(option.placeholder));
}

std::string optionText(const OptionInfo& option) {
    std::string text = format(".TP\n{}\n{}", heading(option), roff(option.help));
    if (option.repeatable) text += "; may be given several times";
    if (!option.default_text.empty()) text += format(" (default: {})", roff(option.default_text));
    return text + ".\n";
}

std::string verbSection(const VerbInfo& verb) {
    std::string text = format(".SH TESSERA {}\n{}.\n.PP\n.B {}\n", roff(upper(verb.name)), roff(verb.summary), roff(verb.usage()));
    if (!verb.details.empty()) text += format(".PP\n{}\n", roff(verb.details));
    for (const OptionInfo& option : verb.options) text += optionText(option);
    if (!verb.examples.empty()) text += ".PP\nExamples:\n";
    for (const std::string& example : verb.examples) {
        const std::size_t tab = example.find('\t');
        text += format(".PP\n.RS 4\n.nf\n\\fB{}\\fR\n.fi\n", roff(example.substr(0, tab)));
        if (tab != std::string::npos) text += format("{}.\n", roff(example.substr(tab + 1)));
        text += ".RE\n";
    }
    return text;
}

}  // namespace

std::string manualPage(const CommandTree& tree) {
    std::string text = format(".TH TESSERA 1 \"\" \"Tessera {}\" \"User Commands\"\n", roff(tree.version));
    text += format(".SH NAME\ntessera \\- {}\n", roff(tree.summary));
    text += ".SH SYNOPSIS\n.B tessera\n.I verb\n[arguments] [options]\n";
    text += ".SH DESCRIPTION\nTessera cuts a GGUF language model into verified fragments and runs the model from them.\n"
            "In what follows\n.I SET\nis a fragment folder, a manifest, a GGUF with a manifest beside it, or a plain GGUF. Left out, it\n"
            "is looked for in models/, the working folder, its parent and the user's data folder.\n";
    text += ".SH OPTIONS\n";
    for (const OptionInfo& option : tree.options) text += optionText(option);
    for (const VerbInfo& verb : tree.verbs) {
        if (!verb.hidden) text += verbSection(verb);
    }
    text += ".SH EXIT STATUS\n"
            ".TP\n0\nEverything went well.\n"
            ".TP\n1\nSomething failed; standard error says what.\n"
            ".TP\n2\nWrong usage.\n"
            ".TP\n130\nInterrupted by Ctrl\\-C.\n";
    text += ".SH ENVIRONMENT\n"
            ".TP\n.B NO_COLOR\nWhen set and not empty, no colours are used.\n"
            ".TP\n.B XDG_DATA_HOME\nModels, manifests of read\\-only places and the history of the chat are kept in its folder\n"
            ".I tessera\n(default:\n.IR ~/.local/share/tessera ).\n";
    return text;
}

}  // namespace tessera::cli
