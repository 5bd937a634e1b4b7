// SPDX-License-Identifier: GPL-3.0-or-later
// Colours for code in answers. One small scanner over a table of languages: it knows words, strings, comments and
// numbers, which is what helps reading; it never changes a character.
#pragma once

#include <QString>

#include <vector>

namespace tessera::ui {

enum class CodeKind { Keyword, Type, String, Number, Comment, Directive, Added, Removed };

struct CodeToken {
    qsizetype begin = 0;
    qsizetype length = 0;
    CodeKind kind = CodeKind::Keyword;
    bool operator==(const CodeToken&) const = default;
};

/// In order, not overlapping. `info` is what stands after the fence; unknown languages have no tokens. Lines end with
/// '\n' or U+2028. Pure.
std::vector<CodeToken> highlightCode(QStringView code, const QString& info);

/// "cpp" → "C++"; what follows the language stays as written; empty for an empty info.
QString codeTitle(const QString& info);

}  // namespace tessera::ui
