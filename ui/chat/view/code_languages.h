// SPDX-License-Identifier: GPL-3.0-or-later
// The languages that the highlighter knows. Internal to it.
#pragma once

#include <QString>

#include <span>
#include <string_view>

namespace tessera::ui {

struct CodeLanguage {
    enum Mode { Words, Markup, Diff };
    const char* title;
    std::string_view names;         // apart by spaces, lower case
    std::string_view keywords;
    std::string_view types;         // built-in types and values
    std::string_view line_comments; // apart by spaces
    std::string_view block_open, block_close;
    std::string_view quotes;        // signs that open and close a string
    bool triple_quotes = false;     // """ over several lines
    char16_t directive = 0;         // begins a line that is a directive (#include), or a name (@Override)
    bool any_case = false;          // keywords in any case
    Mode mode = Words;
};

std::span<const CodeLanguage> codeLanguages();
/// By the first word of a fence's info; null when unknown.
const CodeLanguage* findCodeLanguage(const QString& name);

}  // namespace tessera::ui
