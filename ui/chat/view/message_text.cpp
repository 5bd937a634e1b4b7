// SPDX-License-Identifier: GPL-3.0-or-later
// What the text of a message shows; what it does with keys and mouse is in message_text_input.cpp.
#include "ui/chat/view/message_text.h"

#include "ui/style/icons.h"
#include "ui/style/paint.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/text_format.h"

#include <QApplication>
#include <QClipboard>
#include <QPainter>
#include <QPaintEvent>
#include <QScrollBar>
#include <QTimer>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace tessera::ui {
namespace {

/// Moves sideways by sideways wheels only, so that it does not catch those who scroll past it.
class SidewaysBar : public QScrollBar {
public:
    explicit SidewaysBar(QWidget* parent) : QScrollBar(Qt::Horizontal, parent) {}

protected:
    void wheelEvent(QWheelEvent* event) override {
        if (std::abs(event->angleDelta().y()) >= std::abs(event->angleDelta().x())) event->ignore();
        else QScrollBar::wheelEvent(event);
    }
};

}  // namespace

MessageText::MessageText(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setCursor(Qt::IBeamCursor);
    installMessageAccessibility();
}

MessageText::~MessageText() = default;

void MessageText::setText(const QByteArray& utf8, MessageLayout::Form form, bool streaming) {
    m_streaming = streaming;
    const bool grows = utf8.startsWith(m_layout.source());
    m_layout.setText(utf8, form);
    // Segments that are gone take what stood over them along.
    std::map<const TextSegment*, Over> kept;
    for (const auto& placed : m_layout.segments())
        if (const auto found = m_over.find(placed.segment.get()); found != m_over.end()) kept.insert(m_over.extract(found));
    for (auto& [segment, over] : m_over) {
        delete over.copy;
        delete over.bar;
    }
    m_over = std::move(kept);
    if (!grows) {
        m_caret = m_selection_anchor = 0;
        m_link = m_token = -1;
        m_matches.clear();
        m_current_match = -1;
    }
    m_caret = std::min(m_caret, m_layout.length());
    m_selection_anchor = std::min(m_selection_anchor, m_layout.length());
    m_tokens.clear();
    if (m_tint_shown) m_tokens.build(m_trace.get(), m_layout);
    update();
}

void MessageText::startOver() {
    m_layout.forgetFolds();
    m_caret = m_selection_anchor = 0;
    m_link = m_token = m_hovered_token = -1;
    m_caret_shown = m_dragging = false;
}

void MessageText::forgetDocuments() {
    m_layout.forgetDocuments();
    update();
}

void MessageText::setTrace(std::shared_ptr<const TokenTrace> trace) {
    m_trace = std::move(trace);
    m_tokens.clear();
    m_token = -1;
    if (m_tint_shown) m_tokens.build(m_trace.get(), m_layout);
    update();
}

void MessageText::setTintShown(bool shown) {
    if (shown == m_tint_shown) return;
    m_tint_shown = shown;
    m_tokens.clear();
    m_token = m_hovered_token = -1;
    if (shown) m_tokens.build(m_trace.get(), m_layout);
    update();
}

int MessageText::layOut(int width, int top, int bottom) {
    const double height = m_layout.layOut(width, top, bottom);
    placeOver();
    placeFolds();
    return static_cast<int>(std::ceil(height));
}

// Over the text -----------------------------------------------------------------------------------------------------

void MessageText::placeOver() {
    QWidget* before = m_fold_buttons.empty() ? static_cast<QWidget*>(this) : m_fold_buttons.back();
    for (const auto& placed : m_layout.segments()) {
        const bool shown = !m_layout.isHidden(placed) && placed.segment->isLaidOut(m_layout.width());
        const auto found = m_over.find(placed.segment.get());
        if (!shown) {
            if (found == m_over.end()) continue;
            if (found->second.copy) found->second.copy->hide();
            if (found->second.bar) found->second.bar->hide();
            continue;
        }
        if (placed.segment->kind() == TextSegment::Text) continue;
        Over& over = m_over[placed.segment.get()];
        if (placed.segment->kind() == TextSegment::Code) {
            placeCopyButton(over, placed, before);
            before = over.copy;
        }
        placeScrollBar(over, placed);
    }
}

void MessageText::placeCopyButton(Over& over, const MessageLayout::Placed& placed, QWidget* before) {
    if (!over.copy) {
        over.copy = makeIconButton(Icon::Copy, tr("Copy code"), this);
        over.copy->setCursor(Qt::ArrowCursor);
        const TextSegment* segment = placed.segment.get();
        connect(over.copy, &QToolButton::clicked, this, [this, segment, button = over.copy] {
            QApplication::clipboard()->setText(segment->copyText({0, static_cast<int>(segment->text().size())}));
            button->setIcon(icon(Icon::Check, Role::Ok));
            QTimer::singleShot(1500, button, [button] { button->setIcon(icon(Icon::Copy)); });
        });
        setTabOrder(before, over.copy);
    }
    const int side = px(kControlHeight);
    over.copy->setGeometry(static_cast<int>(m_layout.width()) - side - px(kSpaceTiny), static_cast<int>(placed.top) + px(2), side, side);
    over.copy->show();
}

void MessageText::placeScrollBar(Over& over, const MessageLayout::Placed& placed) {
    TextSegment* segment = placed.segment.get();
    const int range = static_cast<int>(segment->scrollRange());
    if (range == 0) {
        if (over.bar) over.bar->hide();
        return;
    }
    if (!over.bar) {
        over.bar = new SidewaysBar(this);
        over.bar->setCursor(Qt::ArrowCursor);
        over.bar->setFocusPolicy(Qt::TabFocus);
        over.bar->setAccessibleName(segment->kind() == TextSegment::Code ? tr("Move the code sideways") : tr("Move the table sideways"));
        over.bar->setSingleStep(px(24));
        connect(over.bar, &QScrollBar::valueChanged, this, [this, segment](int value) {
            segment->setScroll(value);
            update();
        });
    }
    const QRectF moved = segment->scrolledRect();
    over.bar->setRange(0, range);
    over.bar->setPageStep(static_cast<int>(moved.width()));
    over.bar->setGeometry(static_cast<int>(moved.left()), static_cast<int>(placed.top + placed.height) - px(kSpace) - 1, static_cast<int>(moved.width()), px(kSpace));
    over.bar->show();
}

void MessageText::placeFolds() {
    const auto& folds = m_layout.folds();
    while (m_fold_buttons.size() > folds.size()) {
        m_fold_buttons.back()->deleteLater();
        m_fold_buttons.back()->hide();
        m_fold_buttons.pop_back();
    }
    for (std::size_t i = 0; i < folds.size(); ++i) {
        if (i == m_fold_buttons.size()) {
            auto* button = new QToolButton(this);
            button->setAutoRaise(true);
            button->setCheckable(true);
            button->setFocusPolicy(Qt::StrongFocus);
            button->setCursor(Qt::ArrowCursor);
            button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
            setTextRole(button, Role::Muted);
            connect(button, &QToolButton::clicked, this, [this, i](bool expanded) {
                if (i < m_layout.folds().size()) m_layout.setExpanded(m_layout.folds()[i].section, expanded);
                emit heightChanged();
                update();
            });
            setTabOrder(m_fold_buttons.empty() ? static_cast<QWidget*>(this) : m_fold_buttons.back(), button);
            m_fold_buttons.push_back(button);
        }
        QToolButton* button = m_fold_buttons[i];
        button->setChecked(folds[i].expanded);
        button->setIcon(icon(folds[i].expanded ? Icon::ChevronDown : Icon::ChevronRight, Role::Muted));
        button->setText(foldText(folds[i]));
        const int width = std::min(button->sizeHint().width() + px(kSpaceSmall), static_cast<int>(m_layout.width()));
        button->setGeometry(0, static_cast<int>(folds[i].top), width, m_layout.foldHeight());
        button->show();
    }
}

QString MessageText::foldText(const MessageLayout::Fold& fold) const {
    const QString words = tr("%n word(s)", nullptr, fold.words);
    if (!fold.closed) return m_streaming ? tr("Reasoning… %1").arg(words) : tr("Reasoning, not finished · %1").arg(words);
    if (m_trace && m_tokens_per_second > 0) {
        const auto tokens = std::count_if(m_trace->tokens.begin(), m_trace->tokens.end(),
                                          [&](const TracedToken& token) { return token.begin >= fold.begin && token.end <= fold.end; });
        if (tokens > 0) return tr("Reasoning · %1 · %2").arg(formatDuration(static_cast<double>(tokens) / m_tokens_per_second), words);
    }
    return tr("Reasoning · %1").arg(words);
}

// Painting ----------------------------------------------------------------------------------------------------------

std::vector<TextMark> MessageText::marksOf(const MessageLayout::Placed& placed) const {
    std::vector<TextMark> marks;
    const TextRange whole{placed.start, placed.start + static_cast<int>(placed.segment->text().size())};
    const auto add = [&](TextRange range, const QColor& ground, bool underlined) {
        const TextRange part{std::max(range.begin, whole.begin) - placed.start, std::min(range.end, whole.end) - placed.start};
        if (!part.empty() && ground.isValid()) marks.push_back({part, ground, underlined});
    };
    if (m_tint_shown && m_trace)
        for (int token = 0; token < m_tokens.count(); ++token) {
            const int band = tintBand(m_trace->tokens[static_cast<std::size_t>(token)].probability);
            for (const TextRange& range : m_tokens.ranges(token)) add(range, tintColor(band), band + 1 == static_cast<int>(kTintBands.size()));
        }
    for (std::size_t i = 0; i < m_matches.size(); ++i) {
        const bool current = static_cast<int>(i) == m_current_match;
        add(m_matches[i], mixColors(color(Role::Surface), color(Role::Warn), current ? 0.5 : 0.25), current);
    }
    add(selection(), color(Role::Selected), false);
    return marks;
}

void MessageText::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    const QRectF clip = event->rect();
    for (const auto& placed : m_layout.segments()) {
        if (m_layout.isHidden(placed) || placed.top > clip.bottom() || placed.top + placed.height < clip.top()) continue;
        if (!placed.segment->isLaidOut(m_layout.width())) continue;
        painter.save();
        painter.translate(0, placed.top);
        placed.segment->paint(painter, clip.translated(0, -placed.top), marksOf(placed));
        painter.restore();
    }
    const auto outline = [&](const std::vector<QRectF>& rects, Role role) {
        for (const QRectF& rect : rects) paintBox(painter, rect.adjusted(-1, 0, 1, 0), px(3), QColor(), color(role), 2);
    };
    const int token = m_hovered_token >= 0 ? m_hovered_token : m_token;
    if (m_tint_shown && token >= 0 && token < m_tokens.count())
        for (const TextRange& range : m_tokens.ranges(token)) outline(m_layout.rects(range), Role::Accent);
    if (const auto links = m_layout.links(); m_link >= 0 && m_link < static_cast<int>(links.size()))
        outline(m_layout.rects(links[static_cast<std::size_t>(m_link)].range), Role::Accent);
    if (m_caret_shown && hasFocus()) {
        const QRectF caret = m_layout.caretRect(m_caret);
        painter.fillRect(QRectF(std::min(caret.left(), width() - 2.0), caret.top(), 2, caret.height()), color(Role::Accent));
    }
}

// Selection, matches, tokens ----------------------------------------------------------------------------------------

TextRange MessageText::selection() const { return {std::min(m_caret, m_selection_anchor), std::max(m_caret, m_selection_anchor)}; }

QString MessageText::selectedText() const { return hasSelection() ? m_layout.copyText(selection()) : QString(); }

void MessageText::select(TextRange range) {
    m_selection_anchor = std::clamp(range.begin, 0, m_layout.length());
    m_caret = std::clamp(range.end, 0, m_layout.length());
    update();
}

void MessageText::selectAll() { select({0, m_layout.length()}); }

void MessageText::clearSelection() {
    m_selection_anchor = m_caret;
    update();
}

void MessageText::setMatches(std::vector<TextRange> matches, int current) {
    if (matches == m_matches && current == m_current_match) return;
    m_matches = std::move(matches);
    m_current_match = current;
    if (current >= 0 && current < static_cast<int>(m_matches.size()) && !m_layout.segments().empty()) {
        const auto& placed = m_layout.segments()[m_layout.segmentAt(m_matches[static_cast<std::size_t>(current)].begin)];
        if (m_layout.isHidden(placed)) {
            m_layout.setExpanded(placed.section, true);
            emit heightChanged();
        }
        revealSideways(m_matches[static_cast<std::size_t>(current)].begin);
    }
    update();
}

/// Code and tables that are too wide move so that this place is in sight.
void MessageText::revealSideways(int position) {
    if (m_layout.segments().empty()) return;
    const auto& placed = m_layout.segments()[m_layout.segmentAt(position)];
    const auto over = m_over.find(placed.segment.get());
    if (over == m_over.end() || !over->second.bar || placed.segment->scrollRange() <= 0) return;
    const QRectF caret = placed.segment->caretRect(position - placed.start), sight = placed.segment->scrolledRect();
    const double edge = px(kSpaceLarge);
    if (caret.left() < sight.left()) over->second.bar->setValue(static_cast<int>(placed.segment->scroll() + caret.left() - sight.left() - edge));
    else if (caret.right() > sight.right()) over->second.bar->setValue(static_cast<int>(placed.segment->scroll() + caret.right() - sight.right() + edge));
}

QRect MessageText::tokenRect(int token) const {
    QRectF united;
    if (token >= 0 && token < m_tokens.count())
        for (const TextRange& range : m_tokens.ranges(token))
            for (const QRectF& rect : m_layout.rects(range)) united |= rect;
    return united.toAlignedRect();
}

void MessageText::setCurrentToken(int token) {
    if (token == m_token) return;
    m_token = token;
    update();
}

QString MessageText::focusedLink() const {
    const auto links = m_layout.links();
    return m_link >= 0 && m_link < static_cast<int>(links.size()) ? links[static_cast<std::size_t>(m_link)].target : QString();
}

}  // namespace tessera::ui
