// SPDX-License-Identifier: GPL-3.0-or-later
// Nothing that a model writes may disappear: handcrafted and generated nasty Markdown, all the way to the shown text.
#include "ui/chat/view/code_highlighter.h"
#include "ui/chat/view/markdown.h"
#include "ui/chat/view/message_layout.h"
#include "ui/style/theme.h"

#include <QRandomGenerator>
#include <QTest>

using namespace tessera;
using ui::MarkdownBlock;
using ui::MarkdownSpan;
using ui::MessageLayout;

namespace {

/// What Markdown uses up; everything else must be seen.
bool isSyntax(QChar c) { return c.isSpace() || QStringLiteral("#*_-+=~`>|:[]()!<\\&;\"'.").contains(c); }

QString content(const QString& text) {
    QString kept;
    for (const QChar c : text)
        if (!isSyntax(c)) kept += c;
    return kept;
}

/// Everything a reader can get at: text, code heads, addresses of links.
QString reachable(const QString& markdown) {
    MessageLayout layout;
    layout.setText(markdown.toUtf8(), MessageLayout::Markdown);
    QString text = layout.text();
    for (const auto& placed : layout.segments()) {
        for (const MarkdownBlock& block : placed.segment->blocks()) text += block.info;
        for (const ui::TextLink& link : placed.segment->links()) text += link.target + link.title;
    }
    return text;
}

/// Letters that are syntax: marks of tasks, names of entities, of definitions, of tags.
QString withoutUsedUp(QString markdown) {
    for (const char* used : {"[x]", "&lt;", "&gt;", "&amp;", "&#65;", "&#x41;", "<think>", "</think>", "[b][a]", "[this][name]"})
        markdown.replace(QString::fromUtf8(used), QStringLiteral("."));
    return markdown;
}

/// Every sign at least as often as it was written.
QString missing(const QString& markdown) {
    QHash<QChar, int> counts;
    for (const QChar c : content(reachable(markdown))) ++counts[c];
    QString lost;
    for (const QChar c : content(withoutUsedUp(markdown)))
        if (--counts[c] < 0) lost += c;
    return lost;
}

QString shown(const QString& markdown) {
    MessageLayout layout;
    layout.setText(markdown.toUtf8(), MessageLayout::Markdown);
    return layout.text().replace(QChar::LineSeparator, QLatin1Char('\n'));
}

QString s(const char* text) { return QString::fromUtf8(text); }

QString makeNasty(QRandomGenerator& random) {
    static const QStringList pieces{
        s("word "), s("être "), s("日本 "), s("\n"), s("\n\n"), s("* "), s("- "), s("7. "), s("1) "), s("> "), s("# "), s("```cpp\n"), s("```\n"), s("~~~\n"),
        s("`"), s("``"), s("**"), s("*"), s("_"), s("__"), s("~~"), s("["), s("]"), s("("), s(")"), s("[a]: http://x.org \"t\"\n"), s("[b][a]"),
        s("![alt](pic.png \"tt\")"), s("<b>"), s("</b>"), s("<int>"), s("<std::string>"), s("<http://y.org>"), s("|"), s("| a | b |\n|---|---|\n"),
        s("| 1 | 2 | 3 | 4 |\n"), s("---\n"), s("===\n"), s("    indented\n"), s("\t"), s("\\"), s("\\("), s("x^2_{i}"), s("\\)"), s("$"), s("$$"), s("&amp;"),
        s("&unknown;"), s("&#65;"), s("- [x] "), s("- [ ] "), s("http://z.org/q?a=1 "), s("me@example.org "), s("<!-- hidden -->"), s("<script>"), s("<think>"),
        s("</think>"), s("42"), s("\r\n"), s("  \n"), s("<?php ?>"), s("<![CDATA[data]]>"), s("://"), s("file:///etc/passwd"), s("![]("), s("](")};
    QString text;
    const int count = random.bounded(1, 40);
    for (int i = 0; i < count; ++i) text += pieces[random.bounded(static_cast<int>(pieces.size()))];
    return text;
}

}  // namespace

class TestMarkdown : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { ui::Theme::instance().install(); }

    void nothingDisappears_data() {
        QTest::addColumn<QString>("markdown");
        const auto add = [](const char* name, const char* text) { QTest::newRow(name) << QString::fromUtf8(text); };
        add("template arguments", "Use std::vector<int> and std::map<std::string, Foo<T>>.");
        add("html", "<b>bold</b> <script>alert(1)</script> <!-- comment --> <?pi?> <![CDATA[x]]>");
        add("html block", "<div class=\"x\">\n\ninside\n\n</div>");
        add("unused definition", "text\n\n[name]: http://example.org \"Title\"\n\nmore");
        add("definition in a quote", "> text\n>\n> [name]: http://example.org\n>\n> more");
        add("used definition", "see [this][name]\n\n[name]: http://example.org 'Title'");
        add("definition only", "[name]: http://example.org");
        add("surplus cells", "| a | b |\n|---|---|\n| 1 | 2 | three | four |\n\nafter");
        add("image", "![alt words](http://example.org/p.png \"title words\")");
        add("image without words", "![](pic.png)");
        add("link without words", "[](http://example.org)");
        add("relative link", "[words](docs/page.md)");
        add("dangerous link", "[words](javascript:alert(1))");
        add("link with escapes", "[w](http://e.org/a\\)b \"q \\\" r\")");
        add("fence info", "```cpp title=\"main file\" {1,3}\nint x;\n```");
        add("info with entity", "```a&amp;b\\c\nint x;\n```");
        add("unclosed fence", "```python\nprint('x')\n  y = 1");
        add("item numbers", "3. three\n7. seven\n7. seven again\n\n10) ten");
        add("nested numbers", "1. 2. 3. deep\n   4. x\n- 5. five");
        add("empty items", "1.\n2. x\n-\n- [ ] \n- [x] done");
        add("formula", "$a_1 * b_2 * c$ and \\(x^{2}_i\\) and\n\\[\n- y &= \\frac{1}{2} \\\\\n\\]");
        add("money", "It costs $5 and $10 or 3*4*5.");
        add("entities", "&lt;tag&gt; &nope; &#x41; &#0; &amp;amp;");
        add("controls", "a\x01\x02 b\x7f c");
        add("deep quote", ">>>>>>>>>>>>>>>>>> deep\n> > x");
        add("setext", "Title\n=====\n\nOther\n---\nx");
        add("rule or text", "***\n* * *\n***x***");
        add("autolinks", "<http://a.org> <mailto:b@c.org> <x:y> www.d.org e@f.org");
        add("code spans", "``a ` b`` `x\ny` ` z `");
        add("reasoning", "<think>\nhm, well\n</think>\nAnswer <think> in words");
        add("table in item", "- x\n\n  | a |\n  |---|\n  | b | c |\n");
        add("table with pipes", "| a \\| b | `c | d` |\n|---|---|\n| e |");
        add("tabs", "\tcode\n\n-\tx\n\n\t\ty");
        add("crlf", "a\r\nb\r\n\r\n- c\r\n- d\r\n");
    }
    void nothingDisappears() {
        QFETCH(QString, markdown);
        QVERIFY2(missing(markdown).isEmpty(), qPrintable(QStringLiteral("lost “%1” in: %2").arg(missing(markdown), shown(markdown))));
    }

    void nothingGeneratedDisappears() {
        QRandomGenerator random(20260);
        for (int i = 0; i < 6000; ++i) {
            const QString text = makeNasty(random);
            const QString lost = missing(text);
            QVERIFY2(lost.isEmpty(), qPrintable(QStringLiteral("lost “%1” (number %2)\n%3\nshown:\n%4").arg(lost).arg(i).arg(text, shown(text))));
        }
    }

    void whatIsCutShowsTheSameBeginning() {
        // While streaming every prefix is a message.
        const QString text = s("# T\n\nSome *text* with `code`, [l](http://x.org).\n\n```cpp\nint x = 1;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n1. x\n2. y\n");
        for (qsizetype size = 0; size <= text.size(); ++size) QVERIFY2(missing(text.left(size)).isEmpty(), qPrintable(text.left(size)));
    }

    void theOrderStays() {
        const QString text = s("zero *one* two\n\n- three\n- four\n\n[unused]: five\n\n```\nsix\n```\n\n| seven | eight |\n|---|---|\n| nine | ten | eleven |\n");
        qsizetype at = -1;
        for (const char* word : {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"}) {
            const qsizetype next = shown(text).indexOf(s(word), at + 1);
            QVERIFY2(next > at, word);
            at = next;
        }
    }

    void looksAreKept() {
        const auto blocks = ui::parseMarkdown("## Head\n\nplain **strong** *soft* ~~gone~~ `code` [link](https://x.org \"T\")\nnext line");
        QCOMPARE(blocks.size(), std::size_t{2});
        QCOMPARE(blocks[0].kind, MarkdownBlock::Heading);
        QCOMPARE(blocks[0].level, 2);
        const auto styleOf = [&](const char* word) {
            for (const MarkdownSpan& span : blocks[1].spans)
                if (span.text == s(word)) return int(span.style);
            return -1;
        };
        QCOMPARE(styleOf("strong"), int(MarkdownSpan::Strong));
        QCOMPARE(styleOf("soft"), int(MarkdownSpan::Emphasis));
        QCOMPARE(styleOf("gone"), int(MarkdownSpan::Struck));
        QCOMPARE(styleOf("code"), int(MarkdownSpan::Code));
        QVERIFY(ui::plainText(blocks).contains(s("link\u2028next line")));
        bool linked = false;
        for (const MarkdownSpan& span : blocks[1].spans) linked = linked || (span.text == s("link") && span.target == s("https://x.org") && span.title == s("T"));
        QVERIFY(linked);
    }

    void onlyTheWebAndMailAreLinks() {
        for (const char* target : {"javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "page.md", "//host/x", "vbscript:x"}) {
            MessageLayout layout;
            layout.setText(QByteArray("[words](") + target + ")", MessageLayout::Markdown);
            QVERIFY2(layout.links().empty(), target);
            QVERIFY(layout.text().contains(s(target)));
        }
    }

    void listsTablesAndCode() {
        const auto blocks = ui::parseMarkdown("7. seven\n8. eight\n   - in\n\n> quote\n> - item\n\n- [x] done\n- [ ] open\n\n"
                                              "| a | b |\n|:-:|--:|\n| 1 | 2 |\n\n```js\nlet x\n```\n\n---\n");
        QStringList markers;
        for (const MarkdownBlock& block : blocks) markers << block.marker;
        QCOMPARE(markers.mid(0, 3), (QStringList{s("7."), s("8."), s("◦")}));
        QCOMPARE(blocks[2].path, std::string("II"));
        QCOMPARE(blocks[3].path, std::string("Q"));
        QCOMPARE(blocks[4].path, std::string("QI"));
        QCOMPARE(blocks[5].marker, s("☑"));
        QCOMPARE(blocks[6].marker, s("☐"));
        QCOMPARE(blocks[7].kind, MarkdownBlock::Table);
        QCOMPARE(blocks[7].columns, 2);
        QCOMPARE(blocks[7].cells.size(), std::size_t{4});
        QCOMPARE(blocks[7].cells[0].alignment, Qt::Alignment(Qt::AlignHCenter));
        QCOMPARE(blocks[8].kind, MarkdownBlock::Code);
        QCOMPARE(blocks[8].info, s("js"));
        QCOMPARE(blocks[8].spans.front().text, s("let x"));
        QCOMPARE(blocks[9].kind, MarkdownBlock::Rule);
    }

    void formulasStayAsWritten() {
        for (const char* formula : {"$a_1 * b_2 * c_3$", "\\(x_i \\cdot \\{y\\}\\)", "$$\\sum_{i=1}^n *x*$$", "\\[a\\\\b\\]"})
            QCOMPARE(shown(s("so ") + s(formula) + s(" end")), s("so ") + s(formula) + s(" end"));
        QCOMPARE(shown(s("`$a_1*b*$` and *soft*")), s("$a_1*b*$ and soft"));
        QCOMPARE(shown(s("```\n\\(x\\)\n```")), s("\\(x\\)"));
    }

    void bytesFindTheirCharacters() {
        const QByteArray text("Der **Zürich**-See `a<b>` ist &amp; $x_1$\n\n- Punkt");
        MessageLayout layout;
        layout.setText(text, MessageLayout::Markdown);
        const auto shownBytes = [&](const char* part) {
            const auto begin = static_cast<std::uint32_t>(text.indexOf(part));
            QString found;
            for (const ui::TextRange& range : layout.rangesOf(begin, begin + static_cast<std::uint32_t>(qstrlen(part))))
                found += layout.text().mid(range.begin, range.end - range.begin);
            return found;
        };
        QCOMPARE(shownBytes("rich"), s("rich"));
        QCOMPARE(shownBytes("ürich**-S"), s("ürich-S"));
        QCOMPARE(shownBytes("**Z"), s("Z"));
        QCOMPARE(shownBytes("a<b>"), s("a<b>"));
        QCOMPARE(shownBytes("&amp;"), s("&"));
        QCOMPARE(shownBytes("$x_1$"), s("$x_1$"));
        QCOMPARE(shownBytes("Punkt"), s("Punkt"));
        const auto at = layout.byteAt(static_cast<int>(layout.text().indexOf(s("rich"))));
        QVERIFY(at.has_value());
        QCOMPARE(*at, static_cast<std::uint32_t>(text.indexOf("rich")));
    }

    void theDocumentHoldsTheText() {
        // Positions are only right when both agree.
        MessageLayout layout;
        layout.setText("# T\n\na **b** c\nd\n\n- x\n- y\n\n> q\n\n```cpp\nint x;\n\nint y;\n```\n\n| a | b |\n|---|---|\n| 1 | 2\\|3 |\n", MessageLayout::Markdown);
        layout.layOut(700, 0, 10000);
        for (const auto& placed : layout.segments()) {
            const int size = static_cast<int>(placed.segment->text().size());
            QVERIFY(size > 0);
            for (int i = 0; i < size; ++i) {
                const QChar c = placed.segment->text().at(i);
                if (c.isSpace()) continue;
                const auto rects = placed.segment->rects({i, i + 1});
                QCOMPARE(rects.size(), std::size_t{1});
                QVERIFY2(rects.front().width() > 0, qPrintable(placed.segment->text()));
                const int found = placed.segment->positionAt(rects.front().center() - QPointF(rects.front().width() / 4, 0));
                QVERIFY(found == i || found == i + 1);
            }
        }
    }

    void reasoningIsSetApart() {
        const auto of = [](const char* text) {
            QStringList parts;
            for (const AnswerSection& section : splitAnswer(text))
                parts << (section.kind == AnswerSection::Kind::Reasoning ? (section.closed ? s("R:") : s("O:")) : s("A:")) + QString::fromUtf8(QByteArray(text).mid(qsizetype(section.begin), qsizetype(section.end - section.begin))).trimmed();
            return parts;
        };
        QCOMPARE(of("<think>a</think>b"), (QStringList{s("R:a"), s("A:b")}));
        QCOMPARE(of("<think>\na"), (QStringList{s("O:a")}));
        QCOMPARE(of("[THINK]a[/THINK]\nb"), (QStringList{s("R:a"), s("A:b")}));
        QCOMPARE(of("a\n</think>\nb"), (QStringList{s("R:a"), s("A:b")}));
        QCOMPARE(of("<think>\n\n</think>\n\nb"), (QStringList{s("A:b")}));
        QCOMPARE(of("Use `<think>` tags"), (QStringList{s("A:Use `<think>` tags")}));
        QCOMPARE(of("```\n<think>x</think>\n```"), (QStringList{s("A:```\n<think>x</think>\n```")}));
        QCOMPARE(of("b\n<thinking>c</thinking>\nd"), (QStringList{s("A:b"), s("R:c"), s("A:d")}));
        QCOMPARE(of(""), QStringList());
    }

    void aToolCallIsABlock() {
        MessageLayout layout;
        const QByteArray text = "<think>\nhm\n</think>\n\nI look.\n<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Zürich\"}}\n</tool_call>";
        layout.setText(text, MessageLayout::Markdown);
        QVERIFY2(!layout.text().contains(s("tool_call")), qPrintable(layout.text()));
        QVERIFY(layout.text().contains(s("Tool call: get_weather")));
        QCOMPARE(layout.segments().back().segment->blocks().front().kind, MarkdownBlock::Code);
        // Its characters are found by their bytes.
        const auto at = static_cast<std::uint32_t>(text.indexOf("Zürich"));
        const auto ranges = layout.rangesOf(at, at + 7);
        QCOMPARE(ranges.size(), std::size_t{1});
        QCOMPARE(layout.text().mid(ranges.front().begin, ranges.front().end - ranges.front().begin), s("Zürich"));
        // While it is written, too, and decoded arguments, whose bytes are others.
        for (qsizetype size = 0; size <= text.size(); ++size) layout.setText(text.left(size), MessageLayout::Markdown);
        layout.setText("<tool_call>{\"name\": \"f\", \"arguments\": \"{\\\"a\\\": 1}\"}</tool_call>", MessageLayout::Markdown);
        QVERIFY2(layout.text().contains(s("{\"a\": 1}")), qPrintable(layout.text()));
    }

    void streamingKeepsWhatIsSettled() {
        QString text;
        MessageLayout layout;
        std::vector<const ui::TextSegment*> before;
        for (int i = 0; i < 30; ++i) {
            text += s("Paragraph %1 with some words.\n\n").arg(i) + (i % 5 == 0 ? s("```cpp\nint x%1;\n```\n\n").arg(i) : QString());
            layout.setText(text.toUtf8(), MessageLayout::Markdown);
            layout.layOut(700, 0, 100000);
            std::vector<const ui::TextSegment*> now;
            for (const auto& placed : layout.segments()) now.push_back(placed.segment.get());
            for (std::size_t k = 0; k + 1 < before.size(); ++k) QCOMPARE(now[k], before[k]);
            before = now;
        }
        MessageLayout whole;
        whole.setText(text.toUtf8(), MessageLayout::Markdown);
        QCOMPARE(whole.text(), layout.text());
        QCOMPARE(whole.layOut(700, 0, 100000), layout.height());
    }

    void streamedOrWholeIsTheSame() {
        // Whatever is kept from one piece to the next, the end looks as if it had come at once.
        QRandomGenerator random(99);
        for (int i = 0; i < 150; ++i) {
            const QByteArray text = makeNasty(random).toUtf8() + makeNasty(random).toUtf8();
            MessageLayout streamed, whole;
            for (qsizetype size = 0; size < text.size(); size += random.bounded(1, 9)) {
                streamed.setText(text.left(size), MessageLayout::Markdown);
                streamed.layOut(500, 0, 100000);
            }
            for (MessageLayout* layout : {&streamed, &whole}) layout->setText(text, MessageLayout::Markdown);
            QCOMPARE(streamed.layOut(500, 0, 100000), whole.layOut(500, 0, 100000));
            QCOMPARE(streamed.text(), whole.text());
            QCOMPARE(streamed.rects({0, streamed.length()}), whole.rects({0, whole.length()}));
        }
    }

    void paragraphsWithoutAnEndAreCut() {
        const QString text = s("Wörter und **mehr** 😀 ").repeated(2000) + s("x").repeated(9000);
        MessageLayout layout;
        layout.setText(text.toUtf8(), MessageLayout::Markdown);
        QVERIFY(layout.segments().size() > 9);
        for (const auto& placed : layout.segments()) QVERIFY(placed.segment->text().size() < 6000);
        QCOMPARE(layout.copyText({0, layout.length()}), QString(text).remove(s("**")));
        // Bytes still find their characters, in the last piece too.
        const QByteArray utf8 = text.toUtf8();
        for (const qsizetype at : {qsizetype(0), utf8.lastIndexOf("mehr"), utf8.size() - 4}) {
            const auto ranges = layout.rangesOf(static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + 4));
            QCOMPARE(ranges.size(), std::size_t{1});
            QCOMPARE(layout.text().mid(ranges.front().begin, ranges.front().end - ranges.front().begin), QString::fromUtf8(utf8.mid(at, 4)));
        }
        layout.setText(QByteArray(20000, 'y'), MessageLayout::Plain);
        QCOMPARE(layout.copyText({0, layout.length()}), QString(20000, QLatin1Char('y')));
    }

    void questionsAreShownAsTyped() {
        MessageLayout layout;
        layout.setText("# not a *head*\n  1. x\n\n<b>", MessageLayout::Plain);
        QCOMPARE(layout.text(), s("# not a *head*\n  1. x\n<b>"));
    }

    void codeIsColoured() {
        const auto kindOf = [](const char* info, const char* code, const char* word) {
            const QString text = s(code);
            for (const ui::CodeToken& token : ui::highlightCode(text, s(info)))
                if (text.mid(token.begin, token.length) == s(word)) return int(token.kind);
            return -1;
        };
        QCOMPARE(kindOf("cpp", "#include <x>\nint main() { return 0; } // end", "return"), int(ui::CodeKind::Keyword));
        QCOMPARE(kindOf("cpp", "#include <x>\nint main()", "#include"), int(ui::CodeKind::Directive));
        QCOMPARE(kindOf("c++", "auto s = \"a // b\"; // c", "\"a // b\""), int(ui::CodeKind::String));
        QCOMPARE(kindOf("c++", "auto s = \"a // b\"; // c", "// c"), int(ui::CodeKind::Comment));
        QCOMPARE(kindOf("python title=x", "def f():\n    '''doc\n    more'''", "'''doc\n    more'''"), int(ui::CodeKind::String));
        QCOMPARE(kindOf("sql", "SELECT 1 FROM t", "SELECT"), int(ui::CodeKind::Keyword));
        QCOMPARE(kindOf("rust", "let x = 1_000; // it's", "1_000"), int(ui::CodeKind::Number));
        QCOMPARE(kindOf("html", "<a href=\"x\">t</a>", "href"), int(ui::CodeKind::Type));
        QCOMPARE(kindOf("diff", "+new\n-old", "-old"), int(ui::CodeKind::Removed));
        QVERIFY(ui::highlightCode(s("int x"), s("klingon")).empty());
        QCOMPARE(ui::codeTitle(s("cpp")), s("C++"));
        QCOMPARE(ui::codeTitle(s("klingon x")), s("klingon x"));
    }

    void codeTokensNeverOverlap() {
        QRandomGenerator random(7);
        const QString signs = s("ab1\"'`#/*<>-+@\\ \n_=!{}[]()");
        for (const char* info : {"cpp", "python", "html", "diff", "lua", "sql", "js", "css", "haskell", "bash"})
            for (int i = 0; i < 300; ++i) {
                QString code;
                for (int k = random.bounded(60); k >= 0; --k) code += signs[random.bounded(static_cast<int>(signs.size()))];
                qsizetype at = 0;
                for (const ui::CodeToken& token : ui::highlightCode(code, s(info))) {
                    QVERIFY(token.begin >= at && token.length > 0);
                    at = token.begin + token.length;
                }
                QVERIFY(at <= code.size());
            }
    }
};

QTEST_MAIN(TestMarkdown)
#include "tst_markdown.moc"
