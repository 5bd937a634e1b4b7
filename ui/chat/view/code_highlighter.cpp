// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/code_highlighter.h"

#include "ui/chat/view/code_languages.h"

#include <QHash>
#include <QStringList>

namespace tessera::ui {
namespace {

bool isLineEnd(QChar c) { return c == QLatin1Char('\n') || c == QChar::LineSeparator; }
bool beginsWord(QChar c) { return c.isLetter() || c == QLatin1Char('_'); }
bool isWord(QChar c) { return c.isLetterOrNumber() || c == QLatin1Char('_'); }
QString latin(std::string_view text) { return QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size())); }

/// A language's tables as they are asked: made once per language.
struct Words {
    QHash<QString, CodeKind> kinds;
    QStringList line_comments;
    QString block_open, block_close, quotes;

    explicit Words(const CodeLanguage& language)
        : line_comments(latin(language.line_comments).split(QLatin1Char(' '), Qt::SkipEmptyParts)),
          block_open(latin(language.block_open)), block_close(latin(language.block_close)), quotes(latin(language.quotes)) {
        const auto add = [&](std::string_view words, CodeKind kind) {
            for (const QString& word : latin(words).split(QLatin1Char(' '), Qt::SkipEmptyParts)) kinds.insert(word, kind);
        };
        add(language.types, CodeKind::Type);
        add(language.keywords, CodeKind::Keyword);
    }

    static const Words& of(const CodeLanguage& language) {
        static QHash<const CodeLanguage*, Words*> made;  // for the life of the program, UI thread
        Words*& words = made[&language];
        if (!words) words = new Words(language);
        return *words;
    }
};

class Scanner {
public:
    Scanner(QStringView code, const CodeLanguage& language) : m_code(code), m_language(language), m_words(Words::of(language)) {}

    std::vector<CodeToken> run() {
        if (m_language.mode == CodeLanguage::Diff) return diff();
        while (m_at < m_code.size()) {
            const QChar c = m_code[m_at];
            if (isLineEnd(c)) m_line_begins = true;
            if (comment() || directive() || string() || (m_language.mode == CodeLanguage::Markup ? tag() : number() || word())) {
                m_line_begins = false;
                continue;
            }
            if (!c.isSpace()) m_line_begins = false;
            ++m_at;
        }
        return std::move(m_tokens);
    }

private:
    bool startsWith(const QString& text) const { return !text.isEmpty() && m_code.sliced(m_at).startsWith(text); }

    qsizetype lineEnd(qsizetype from) const {
        while (from < m_code.size() && !isLineEnd(m_code[from])) ++from;
        return from;
    }

    bool take(qsizetype end, CodeKind kind) {
        end = std::min(end, m_code.size());
        m_tokens.push_back({m_at, end - m_at, kind});
        m_at = end;
        return true;
    }

    bool comment() {
        if (startsWith(m_words.block_open)) {
            const qsizetype end = m_code.indexOf(m_words.block_close, m_at + m_words.block_open.size());
            return take(end < 0 ? m_code.size() : end + m_words.block_close.size(), CodeKind::Comment);
        }
        for (const QString& sign : m_words.line_comments) {
            if (!startsWith(sign)) continue;
            // "#" within a word is none: ${#list}, a CSS colour.
            if (sign == QLatin1String("#") && m_at > 0 && !m_code[m_at - 1].isSpace()) continue;
            return take(lineEnd(m_at), CodeKind::Comment);
        }
        return false;
    }

    bool directive() {
        if (m_language.directive == 0 || m_code[m_at] != QChar(m_language.directive)) return false;
        if (m_language.directive == u'#' && !m_line_begins) return false;
        qsizetype end = m_at + 1;
        while (end < m_code.size() && (isWord(m_code[end]) || (end == m_at + 1 && m_code[end] == QLatin1Char(' ')))) ++end;
        return end > m_at + 1 && take(end, CodeKind::Directive);
    }

    bool string() {
        const QChar quote = m_code[m_at];
        if (!m_words.quotes.contains(quote)) return false;
        const bool triple = m_language.triple_quotes && m_code.sliced(m_at).startsWith(QString(3, quote));
        if (triple) {
            const qsizetype end = m_code.indexOf(QString(3, quote), m_at + 3);
            return take(end < 0 ? m_code.size() : end + 3, CodeKind::String);
        }
        // An apostrophe within a word is none, nor is a digit separator.
        if (quote == QLatin1Char('\'') && m_at > 0 && isWord(m_code[m_at - 1]) && !m_language.triple_quotes) return false;
        for (qsizetype i = m_at + 1; i < m_code.size(); ++i) {
            if (m_code[i] == QLatin1Char('\\')) ++i;
            else if (m_code[i] == quote) return take(i + 1, CodeKind::String);
            else if (isLineEnd(m_code[i]) && quote != QLatin1Char('`')) return false;
        }
        return take(m_code.size(), CodeKind::String);
    }

    bool number() {
        if (!m_code[m_at].isDigit() || (m_at > 0 && isWord(m_code[m_at - 1]))) return false;
        qsizetype end = m_at;
        while (end < m_code.size() && (isWord(m_code[end]) || (m_code[end] == QLatin1Char('.') && end + 1 < m_code.size() && m_code[end + 1].isDigit()) ||
                                       (m_code[end] == QLatin1Char('\'') && end + 1 < m_code.size() && m_code[end + 1].isDigit())))
            ++end;
        return take(end, CodeKind::Number);
    }

    bool word() {
        if (!beginsWord(m_code[m_at])) return false;
        qsizetype end = m_at;
        while (end < m_code.size() && isWord(m_code[end])) ++end;
        QString text = m_code.sliced(m_at, end - m_at).toString();
        if (m_language.any_case) text = text.toLower();
        const auto found = m_words.kinds.constFind(text);
        if (found == m_words.kinds.cend()) {
            m_at = end;
            return true;
        }
        return take(end, *found);
    }

    /// "<name" and ">" of markup, attribute names within.
    bool tag() {
        const QChar c = m_code[m_at];
        if (c == QLatin1Char('<')) {
            qsizetype end = m_at + 1;
            while (end < m_code.size() && (isWord(m_code[end]) || QStringLiteral("/!?:-").contains(m_code[end]))) ++end;
            m_in_tag = end > m_at + 1;
            return m_in_tag && take(end, CodeKind::Keyword);
        }
        if (!m_in_tag) return false;
        if (c == QLatin1Char('>')) {
            m_in_tag = false;
            return take(m_at + 1, CodeKind::Keyword);
        }
        if (!beginsWord(c)) return false;
        qsizetype end = m_at;
        while (end < m_code.size() && (isWord(m_code[end]) || m_code[end] == QLatin1Char('-') || m_code[end] == QLatin1Char(':'))) ++end;
        return take(end, CodeKind::Type);
    }

    std::vector<CodeToken> diff() {
        while (m_at < m_code.size()) {
            const qsizetype end = lineEnd(m_at);
            if (m_code[m_at] == QLatin1Char('+')) take(end, CodeKind::Added);
            else if (m_code[m_at] == QLatin1Char('-')) take(end, CodeKind::Removed);
            else if (m_code[m_at] == QLatin1Char('@')) take(end, CodeKind::Directive);
            m_at = end + 1;
        }
        return std::move(m_tokens);
    }

    QStringView m_code;
    const CodeLanguage& m_language;
    const Words& m_words;
    std::vector<CodeToken> m_tokens;
    qsizetype m_at = 0;
    bool m_line_begins = true;
    bool m_in_tag = false;
};

/// The language's name within a fence's info: "cpp", "{.python}", "js:main.js".
QString languageName(const QString& info) {
    QString name;
    for (const QChar c : info.trimmed()) {
        if (c == QLatin1Char('{') || c == QLatin1Char('.')) {
            if (name.isEmpty()) continue;
        }
        if (c.isSpace() || c == QLatin1Char(',') || c == QLatin1Char(':') || c == QLatin1Char('{') || c == QLatin1Char('}')) break;
        name += c;
    }
    return name;
}

}  // namespace

std::vector<CodeToken> highlightCode(QStringView code, const QString& info) {
    const CodeLanguage* language = findCodeLanguage(languageName(info));
    return language ? Scanner(code, *language).run() : std::vector<CodeToken>();
}

QString codeTitle(const QString& info) {
    const QString name = languageName(info), trimmed = info.trimmed();
    const CodeLanguage* language = findCodeLanguage(name);
    if (!language || !trimmed.startsWith(name)) return trimmed;
    return QString::fromLatin1(language->title) + trimmed.mid(name.size());
}

}  // namespace tessera::ui
