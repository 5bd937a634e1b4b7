// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/markdown_builder.h"

#include <md4c.h>

#include <algorithm>
#include <cctype>
#include <cstring>

namespace tessera::ui {
namespace {

constexpr unsigned kFlags = MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_PERMISSIVEAUTOLINKS;

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

struct List {
    bool ordered = false;
    bool tight = false;
    unsigned next = 1;
    char delimiter = '.';
};

struct OpenLink {
    QString target;    // as written
    QString title;
    bool image = false;
    bool openable = false;
    std::size_t spans = 0;        // of the block, before it
    std::size_t first = kNowhere;  // its first byte that is shown, in the prepared text
};

bool mayBeOpened(const QString& target) {
    for (const char* scheme : {"http://", "https://", "mailto:"})
        if (target.startsWith(QLatin1String(scheme), Qt::CaseInsensitive)) return true;
    return false;
}

class Builder {
public:
    Builder(const MarkdownSource& source, std::uint32_t origin) : m_source(source), m_text(source.prepared()), m_origin(origin) {
        m_parsed.covered.resize(static_cast<std::size_t>(m_text.size()));
    }

    ParsedMarkdown run() {
        MD_PARSER parser{};
        parser.flags = kFlags;
        parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* self) { return static_cast<Builder*>(self)->enterBlock(type, detail); };
        parser.leave_block = [](MD_BLOCKTYPE type, void* detail, void* self) { return static_cast<Builder*>(self)->leaveBlock(type, detail); };
        parser.enter_span = [](MD_SPANTYPE type, void* detail, void* self) { return static_cast<Builder*>(self)->enterSpan(type, detail); };
        parser.leave_span = [](MD_SPANTYPE type, void*, void* self) { return static_cast<Builder*>(self)->leaveSpan(type); };
        parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* self) { return static_cast<Builder*>(self)->text(type, text, size); };
        // It fails for lack of memory only; then nothing is covered and all of it is shown as written.
        if (md_parse(m_text.constData(), static_cast<MD_SIZE>(m_text.size()), &parser, this) != 0) {
            m_parsed = {};
            m_parsed.covered.resize(static_cast<std::size_t>(m_text.size()));
        }
        return std::move(m_parsed);
    }

private:
    // Blocks -----------------------------------------------------------------------------------------------------

    int enterBlock(MD_BLOCKTYPE type, void* detail) {
        if (type == MD_BLOCK_DOC) return 0;
        forgetSpans();
        const bool part_of_table = type == MD_BLOCK_THEAD || type == MD_BLOCK_TBODY || type == MD_BLOCK_TR || type == MD_BLOCK_TH || type == MD_BLOCK_TD;
        if (!part_of_table) m_open = false;
        if (m_depth++ == 0) m_parsed.tops.push_back({0, 0, blockCount(), blockCount()});
        switch (type) {
            case MD_BLOCK_QUOTE: flushMarker(); m_path += 'Q'; break;
            case MD_BLOCK_UL: m_lists.push_back({false, static_cast<MD_BLOCK_UL_DETAIL*>(detail)->is_tight != 0, 0, 0}); break;
            case MD_BLOCK_OL: {
                const auto* list = static_cast<MD_BLOCK_OL_DETAIL*>(detail);
                m_lists.push_back({true, list->is_tight != 0, list->start, list->mark_delimiter});
                break;
            }
            case MD_BLOCK_LI: enterItem(*static_cast<MD_BLOCK_LI_DETAIL*>(detail)); break;
            case MD_BLOCK_HR: addBlock(MarkdownBlock::Rule); break;
            case MD_BLOCK_H: addBlock(MarkdownBlock::Heading).level = static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level); break;
            case MD_BLOCK_P: addBlock(MarkdownBlock::Paragraph); break;
            case MD_BLOCK_CODE: {
                flushMarker();
                const QString info = attribute(static_cast<MD_BLOCK_CODE_DETAIL*>(detail)->info);
                addBlock(MarkdownBlock::Code).info = info;
                break;
            }
            case MD_BLOCK_TABLE:
                flushMarker();
                addBlock(MarkdownBlock::Table).columns = static_cast<int>(static_cast<MD_BLOCK_TABLE_DETAIL*>(detail)->col_count);
                break;
            case MD_BLOCK_TH:
            case MD_BLOCK_TD: enterCell(static_cast<MD_BLOCK_TD_DETAIL*>(detail)->align); break;
            default: break;
        }
        return 0;
    }

    int leaveBlock(MD_BLOCKTYPE type, void*) {
        if (type == MD_BLOCK_DOC) return 0;
        forgetSpans();
        switch (type) {
            case MD_BLOCK_QUOTE: m_path.pop_back(); break;
            case MD_BLOCK_UL:
            case MD_BLOCK_OL: m_lists.pop_back(); break;
            case MD_BLOCK_LI:
                flushMarker();
                m_open = false;
                m_path.pop_back();
                break;
            case MD_BLOCK_CODE: trimLastLine(); m_open = false; break;
            case MD_BLOCK_H:
            case MD_BLOCK_P:
            case MD_BLOCK_TABLE: m_open = false; break;
            default: break;
        }
        if (--m_depth == 0) m_parsed.tops.back().last = blockCount();
        return 0;
    }

    void enterItem(const MD_BLOCK_LI_DETAIL& item) {
        flushMarker();
        m_path += 'I';
        List& list = m_lists.back();
        if (list.ordered) {
            m_marker = writtenNumber();
            if (m_marker.isEmpty()) m_marker = QString::number(list.next) + QLatin1Char(list.delimiter);
            ++list.next;
        } else if (!item.is_task) {
            constexpr char16_t bullets[] = {u'\u2022', u'\u25E6', u'\u25AA'};
            m_marker = QString(QChar(bullets[std::min<std::size_t>(static_cast<std::size_t>(std::count(m_path.begin(), m_path.end(), 'I')) - 1, 2)]));
        }
        if (item.is_task) {
            cover(item.task_mark_offset, 1);
            if (!m_marker.isEmpty()) m_marker += QLatin1Char(' ');
            m_marker += QChar(item.task_mark == ' ' ? u'\u2610' : u'\u2611');
        }
        m_has_marker = true;
    }

    /// An item's number as the model wrote it ("7."), which Markdown would count anew. It stands after all text so far:
    /// right there, or at the beginning of a later line.
    QString writtenNumber() {
        std::size_t at = m_last;
        const auto size = static_cast<std::size_t>(m_text.size());
        const auto skip = [&](const char* signs) {
            while (at < size && std::strchr(signs, m_text[static_cast<qsizetype>(at)])) ++at;
        };
        for (;;) {
            skip(" \t>-+*");
            std::size_t end = at;
            while (end < size && std::isdigit(static_cast<unsigned char>(m_text[static_cast<qsizetype>(end)]))) ++end;
            if (end > at && end < size && (m_text[static_cast<qsizetype>(end)] == '.' || m_text[static_cast<qsizetype>(end)] == ')')) {
                cover(at, end + 1 - at);
                return QString::fromLatin1(m_text.mid(static_cast<qsizetype>(at), static_cast<qsizetype>(end + 1 - at)));
            }
            const qsizetype line = m_text.indexOf('\n', static_cast<qsizetype>(at));
            if (line < 0) return {};
            at = static_cast<std::size_t>(line) + 1;
        }
    }

    /// An item that holds no paragraph of its own, or not first, still shows its marker.
    void flushMarker() {
        if (!m_has_marker) return;
        addBlock(MarkdownBlock::Paragraph);
        m_open = false;
    }

    MarkdownBlock& addBlock(MarkdownBlock::Kind kind) {
        MarkdownBlock& block = m_parsed.blocks.emplace_back();
        block.kind = kind;
        block.path = m_path;
        block.tight = !m_lists.empty() && m_lists.back().tight;
        if (std::exchange(m_has_marker, false)) block.marker = std::exchange(m_marker, {});
        m_open = true;
        return block;
    }

    /// Items of a tight list have no paragraphs: their text comes bare.
    void ensureOpen() {
        if (!m_open) addBlock(MarkdownBlock::Paragraph);
    }

    void enterCell(MD_ALIGN align) {
        MarkdownCell& cell = m_parsed.blocks.back().cells.emplace_back();
        cell.alignment = align == MD_ALIGN_CENTER ? Qt::AlignHCenter : align == MD_ALIGN_RIGHT ? Qt::AlignRight : Qt::AlignLeft;
    }

    /// The fence of a code block stands on a line of its own.
    void trimLastLine() {
        auto& spans = m_parsed.blocks.back().spans;
        if (spans.empty() || !spans.back().text.endsWith(QChar::LineSeparator)) return;
        spans.back().text.chop(1);
        if (spans.back().exact) --spans.back().end;
        if (spans.back().text.isEmpty()) spans.pop_back();
    }

    // Spans ------------------------------------------------------------------------------------------------------

    int enterSpan(MD_SPANTYPE type, void* detail) {
        ensureOpen();
        switch (type) {
            case MD_SPAN_EM: ++m_emphasis; break;
            case MD_SPAN_STRONG: ++m_strong; break;
            case MD_SPAN_DEL: ++m_struck; break;
            case MD_SPAN_CODE: ++m_code; break;
            case MD_SPAN_A: {
                const auto* link = static_cast<MD_SPAN_A_DETAIL*>(detail);
                enterLink(link->href, link->title, false);
                break;
            }
            case MD_SPAN_IMG: {
                const auto* image = static_cast<MD_SPAN_IMG_DETAIL*>(detail);
                enterLink(image->src, image->title, true);
                break;
            }
            default: break;
        }
        return 0;
    }

    int leaveSpan(MD_SPANTYPE type) {
        switch (type) {
            case MD_SPAN_EM: --m_emphasis; break;
            case MD_SPAN_STRONG: --m_strong; break;
            case MD_SPAN_DEL: --m_struck; break;
            case MD_SPAN_CODE: --m_code; break;
            case MD_SPAN_A:
            case MD_SPAN_IMG: leaveLink(); break;
            default: break;
        }
        return 0;
    }

    /// None goes from one block into another. md4c (0.4.8) does not always leave what it entered, nor enter what it leaves:
    /// addresses may overlap.
    void forgetSpans() {
        m_links.clear();
        m_strong = m_emphasis = m_struck = m_code = 0;
    }

    void enterLink(const MD_ATTRIBUTE& target, const MD_ATTRIBUTE& title, bool image) {
        OpenLink link;
        link.target = attribute(target);
        link.title = attribute(title);
        link.image = image;
        link.openable = mayBeOpened(link.target);
        link.spans = spans().size();
        m_links.push_back(std::move(link));
    }

    /// What cannot be opened, and where an image would be, is said in words; so is a link without words.
    void leaveLink() {
        if (m_links.empty()) return;
        OpenLink link = std::move(m_links.back());
        m_links.pop_back();
        coverLinkTail();
        auto& all = spans();
        const bool empty = all.size() == link.spans;
        if (!empty && !link.image && standsInAngles(link)) {
            // <std::string> looks like an address: what cannot be opened stays as written.
            if (link.openable) return;
            MarkdownSpan open = plain(QStringLiteral("<")), close = plain(QStringLiteral(">"));
            open.begin = all[link.spans].begin - 1;
            open.end = open.begin + 1;
            close.begin = all.back().end;
            close.end = close.begin + 1;
            all.insert(all.begin() + static_cast<std::ptrdiff_t>(link.spans), std::move(open));
            all.push_back(std::move(close));
            return;
        }
        if (link.target.isEmpty() && link.title.isEmpty()) return;
        const QString title = link.title.isEmpty() ? QString() : QStringLiteral(" “%1”").arg(link.title);
        if (!empty && link.openable && !link.image) return;
        MarkdownSpan said = plain(empty ? link.target + title : QStringLiteral(" (") + link.target + title + QStringLiteral(")"));
        if (link.openable) said.target = link.target;
        all.push_back(std::move(said));
    }

    bool standsInAngles(const OpenLink& link) const {
        if (link.first == kNowhere || link.first == 0 || m_last >= m_parsed.covered.size()) return false;
        return m_text[static_cast<qsizetype>(m_last)] == '>' && m_text[static_cast<qsizetype>(link.first) - 1] == '<';
    }

    /// After a link's words: `](address "title")` or `][name]`, which its tool tip tells.
    void coverLinkTail() {
        std::size_t at = m_last;
        const auto size = static_cast<std::size_t>(m_text.size());
        const auto sign = [&](std::size_t i) { return i < size ? m_text[static_cast<qsizetype>(i)] : '\0'; };
        while (std::strchr("*_~`", sign(at)) && sign(at) != '\0') ++at;
        if (sign(at) != ']') return;
        ++at;
        const char open = sign(at), close = open == '(' ? ')' : open == '[' ? ']' : '\0';
        if (close == '\0') return;
        int depth = 0;
        bool quoted = false;
        for (std::size_t i = at; i < size; ++i) {
            const char c = sign(i);
            if (c == '\\') ++i;
            else if (c == '"' && open == '(') quoted = !quoted;
            else if (!quoted && c == open) ++depth;
            else if (!quoted && c == close && --depth == 0) return cover(at, i + 1 - at);
        }
    }

    // Text -------------------------------------------------------------------------------------------------------

    std::vector<MarkdownSpan>& spans() {
        MarkdownBlock& block = m_parsed.blocks.back();
        return block.kind == MarkdownBlock::Table && !block.cells.empty() ? block.cells.back().spans : block.spans;
    }

    MarkdownSpan plain(const QString& text) const {
        MarkdownSpan span;
        span.text = showable(text);
        span.style = static_cast<std::uint8_t>((m_strong > 0 ? MarkdownSpan::Strong : 0) | (m_emphasis > 0 ? MarkdownSpan::Emphasis : 0) |
                                               (m_struck > 0 ? MarkdownSpan::Struck : 0) | (m_code > 0 ? MarkdownSpan::Code : 0));
        span.begin = span.end = m_origin + m_source.originalOffset(m_last);
        if (!m_links.empty() && m_links.back().openable) {
            span.target = m_links.back().target;
            span.title = m_links.back().title;
        }
        return span;
    }

    int text(MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size) {
        ensureOpen();
        const bool inside = text >= m_text.constData() && text < m_text.constData() + m_text.size();
        const std::size_t at = inside ? static_cast<std::size_t>(text - m_text.constData()) : 0;
        switch (type) {
            case MD_TEXT_NULLCHAR: append(QString(QChar(QChar::ReplacementCharacter)), at, inside ? 1 : 0, false); break;
            case MD_TEXT_BR:
            case MD_TEXT_SOFTBR: append(QString(QChar(QChar::LineSeparator)), 0, 0, false); break;
            case MD_TEXT_ENTITY: append(decodeEntity(QByteArray(text, static_cast<qsizetype>(size))), at, inside ? size : 0, false); break;
            default:
                append(inside ? QString::fromUtf8(m_source.withoutInserted(at, size)) : QString::fromUtf8(text, static_cast<qsizetype>(size)), at,
                       inside ? size : 0, true);
        }
        return 0;
    }

    /// `size` 0: the text stands nowhere; a line break is then looked for where the text before it ends.
    void append(const QString& raw, std::size_t at, std::size_t size, bool exact) {
        if (raw.isEmpty()) return;
        auto& all = spans();
        if (size == 0 && raw.size() == 1 && m_last < static_cast<std::size_t>(m_text.size()) && m_text[static_cast<qsizetype>(m_last)] == '\n') {
            at = m_last;
            size = 1;
            exact = true;
        }
        if (size > 0) {
            if (!m_links.empty() && m_links.back().first == kNowhere) m_links.back().first = at;
            cover(at, size);
        }
        MarkdownSpan span = plain(raw);
        if (size > 0) {
            span.begin = m_origin + m_source.originalOffset(at);
            span.end = m_origin + m_source.originalOffset(at + size);
            span.exact = exact;
        }
        if (!all.empty() && (m_links.empty() || all.size() > m_links.back().spans)) {
            MarkdownSpan& last = all.back();
            const bool follows = span.exact && last.exact && last.end == span.begin && last.begin < last.end;
            const bool unplaced = !span.exact && !last.exact && size == 0 && last.begin == last.end;
            if ((follows || unplaced) && last.style == span.style && last.target == span.target && last.title == span.title) {
                last.text += span.text;
                last.end = std::max(last.end, span.end);
                return;
            }
        }
        all.push_back(std::move(span));
    }

    void cover(std::size_t at, std::size_t size) {
        const std::size_t end = std::min(at + size, m_parsed.covered.size());
        for (std::size_t i = at; i < end; ++i) m_parsed.covered[i] = true;
        m_last = std::max(m_last, end);
        if (m_parsed.tops.empty() || at >= end) return;
        TopBlock& top = m_parsed.tops.back();
        if (top.begin == top.end) top.begin = at;
        top.begin = std::min(top.begin, at);
        top.end = std::max(top.end, end);
    }

    QString attribute(const MD_ATTRIBUTE& attribute) {
        if (attribute.size == 0) return {};
        if (attribute.text >= m_text.constData() && attribute.text < m_text.constData() + m_text.size()) {
            // Not through cover(): the text of a link stands before its address.
            const auto at = static_cast<std::size_t>(attribute.text - m_text.constData());
            for (std::size_t i = at; i < std::min(at + attribute.size, m_parsed.covered.size()); ++i) m_parsed.covered[i] = true;
        }
        QString text;
        for (int i = 0; attribute.substr_offsets[i] < attribute.size; ++i) {
            const MD_OFFSET begin = attribute.substr_offsets[i], end = attribute.substr_offsets[i + 1];
            const QByteArray part(attribute.text + begin, static_cast<qsizetype>(end - begin));
            text += attribute.substr_types[i] == MD_TEXT_ENTITY ? decodeEntity(part) : QString::fromUtf8(part);
        }
        return showable(text);
    }

    std::ptrdiff_t blockCount() const { return static_cast<std::ptrdiff_t>(m_parsed.blocks.size()); }

    const MarkdownSource& m_source;
    const QByteArray& m_text;
    std::uint32_t m_origin;
    ParsedMarkdown m_parsed;
    std::string m_path;
    std::vector<List> m_lists;
    std::vector<OpenLink> m_links;
    QString m_marker;
    std::size_t m_last = 0;  // past the last byte that is shown, in the prepared text
    int m_depth = 0;
    int m_strong = 0, m_emphasis = 0, m_struck = 0, m_code = 0;
    bool m_has_marker = false;
    bool m_open = false;
};

}  // namespace

QString showable(QString text) {
    for (QChar& c : text) {
        if (c == QChar(0xFDD0) || c == QChar(0xFDD1) || c == QChar::ObjectReplacementCharacter || c.isNull()) c = QChar::ReplacementCharacter;
        else if (c == QLatin1Char('\n') || c == QLatin1Char('\r') || c == QChar::ParagraphSeparator) c = QChar::LineSeparator;
    }
    return text;
}

ParsedMarkdown buildMarkdown(const MarkdownSource& source, std::uint32_t origin) { return Builder(source, origin).run(); }

}  // namespace tessera::ui
