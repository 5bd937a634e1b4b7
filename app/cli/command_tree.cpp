// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_tree.h"

#include <algorithm>
#include <cctype>

namespace tessera::cli {

std::vector<std::string> OptionInfo::choices() const {
    std::vector<std::string> values;
    if (placeholder.find('|') == std::string::npos) return values;
    std::size_t begin = 0;
    while (begin <= placeholder.size()) {
        const std::size_t end = std::min(placeholder.find('|', begin), placeholder.size());
        values.push_back(placeholder.substr(begin, end - begin));
        begin = end + 1;
    }
    return values;
}

bool OptionInfo::takesFile() const {
    return placeholder == "SET" || placeholder.starts_with("FILE") || placeholder.ends_with(".gguf");
}

bool OptionInfo::takesFolder() const { return placeholder == "SET" || placeholder == "DIR"; }

std::string OptionInfo::synopsis() const {
    if (positional) return required ? placeholder : "[" + placeholder + "]";
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return placeholder.empty() ? text : text + " " + placeholder;
}

std::string VerbInfo::usage() const {
    std::string text = "tessera " + name;
    for (const OptionInfo& option : options) {
        if (option.positional) text += " " + option.synopsis();
    }
    for (const OptionInfo& option : options) {
        if (!option.positional && option.required) text += " " + option.names.front() + " " + option.placeholder;
    }
    const bool has_options = std::any_of(options.begin(), options.end(), [](const OptionInfo& o) { return !o.positional; });
    return has_options ? text + " [options]" : text;
}

}  // namespace tessera::cli
