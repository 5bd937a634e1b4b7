// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/token_popup.h"

#include "ui/style/icons.h"
#include "ui/style/paint.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/text_format.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>

namespace tessera::ui {
namespace {

constexpr int kAppearMs = 250, kLeaveMs = 300;
constexpr int kProbabilityRole = Qt::UserRole + 1, kIdRole = Qt::UserRole + 2, kChosenRole = Qt::UserRole + 3;
constexpr int kWidth = 280, kMostRows = 8;

/// The alternative on the left, its probability as a bar and in figures on the right.
class AlternativeDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return QSize(px(kWidth) / 2, px(kRowHeight)); }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        if (option.state & QStyle::State_Selected) paintBox(*painter, option.rect, px(kRadiusControl), color(Role::Selected), {});
        else if (option.state & QStyle::State_MouseOver) paintBox(*painter, option.rect, px(kRadiusControl), color(Role::Surface), {});
        const QRect rect = option.rect.adjusted(px(kSpaceSmall), 0, -px(kSpaceSmall), 0);
        const double probability = index.data(kProbabilityRole).toDouble();
        const int figures = px(54), bar = px(80);
        painter->setFont(ui::font(TextStyle::Mono));
        painter->setPen(color(Role::Text));
        const QRect words = rect.adjusted(px(kIconSmall) + px(kSpaceTiny), 0, -figures - bar - px(kSpaceSmall), 0);
        if (index.data(kChosenRole).toBool())
            paintIcon(*painter, QRectF(rect.left(), rect.top(), px(kIconSmall), rect.height()), Icon::Check, color(Role::Accent));
        painter->drawText(words, Qt::AlignVCenter | Qt::AlignLeft, painter->fontMetrics().elidedText(index.data(Qt::UserRole).toString(), Qt::ElideRight, words.width()));
        const QRectF track(rect.right() - figures - bar, rect.center().y() - px(2), bar, px(5));
        paintBox(*painter, track, px(2), color(Role::Divider), {});
        paintBox(*painter, QRectF(track.topLeft(), QSizeF(std::max(2.0, bar * probability), track.height())), px(2), color(Role::Accent), {});
        painter->setFont(ui::font(TextStyle::Caption));
        painter->drawText(rect, Qt::AlignVCenter | Qt::AlignRight, shownProbability(probability));
    }
};

}  // namespace

QString shownToken(const std::string& text) {
    QString shown = QString::fromStdString(text);
    shown.replace(QLatin1Char('\n'), QChar(0x21B5)).replace(QLatin1Char('\t'), QChar(0x21E5)).replace(QLatin1Char('\r'), QChar(0x240D));
    return QChar(0x201C) + shown + QChar(0x201D);
}

QString shownProbability(double probability) {
    const double percent = probability * 100;
    return formatNumber(percent, percent < 1 || (percent > 99 && percent < 100) ? 1 : 0) + QChar::Nbsp + QLatin1Char('%');
}

TokenPopup::TokenPopup(QWidget* parent) : QFrame(parent), m_title(makeLabel({}, TextStyle::Strong)), m_list(new QListWidget) {
    hide();
    setAccessibleName(tr("Alternatives to a token"));
    m_list->setAccessibleName(tr("Alternatives, most likely first; Enter goes on from one"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setItemDelegate(new AlternativeDelegate(m_list));
    m_list->setMouseTracking(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setGroundRole(m_list->viewport(), Role::Raised);
    m_list->installEventFilter(this);
    m_again = makeIconTextButton(Icon::Regenerate, tr("Regenerate from here"));
    m_inspect = makeIconTextButton(Icon::Inspector, tr("Inspect this token"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(kSpace), px(kSpaceSmall), px(kSpace), px(kSpace));
    column->setSpacing(px(kSpaceSmall));
    column->addWidget(m_title);
    column->addWidget(m_list);
    column->addWidget(m_again);
    column->addWidget(m_inspect);
    connect(m_list, &QListWidget::itemActivated, this, [this](QListWidgetItem* item) { choose(m_list->row(item)); });
    connect(m_list, &QListWidget::itemClicked, this, [this](QListWidgetItem* item) { choose(m_list->row(item)); });
    connect(m_again, &QPushButton::clicked, this, [this] {
        hide();
        emit alternativeChosen(m_number, m_token, -1);
    });
    connect(m_inspect, &QPushButton::clicked, this, [this] {
        hide();
        emit inspectChosen(m_number, m_token);
    });
    for (QTimer* timer : {&m_appear_timer, &m_leave_timer}) timer->setSingleShot(true);
    connect(&m_appear_timer, &QTimer::timeout, this, &TokenPopup::appear);
    connect(&m_leave_timer, &QTimer::timeout, this, [this] {
        if (!underMouse() && !isAncestorOf(QApplication::focusWidget())) hide();
    });
}

void TokenPopup::showFor(MessageNumber number, const TokenTrace& trace, int token, const QRect& place, Options options) {
    m_leave_timer.stop();
    const TracedToken& traced = trace.tokens[static_cast<std::size_t>(token)];
    m_number = number;
    m_token = token;
    m_place = place;
    const auto chosen = std::find_if(traced.alternatives.begin(), traced.alternatives.end(), [&](const TokenAlternative& one) { return one.id == traced.id; });
    const QString text = chosen != traced.alternatives.end() ? shownToken(chosen->text) : tr("Token %1").arg(static_cast<int>(traced.id));
    m_title->setText(tr("%1: %2").arg(text, shownProbability(traced.probability)));
    m_list->clear();
    QStringList said;
    for (const TokenAlternative& one : traced.alternatives) {
        const bool is_chosen = one.id == traced.id;
        const QString words = is_chosen ? tr("%1 (chosen)").arg(shownToken(one.text)) : shownToken(one.text);
        auto* item = new QListWidgetItem(tr("%1: %2").arg(words, shownProbability(one.probability)), m_list);
        item->setData(Qt::UserRole, shownToken(one.text));
        item->setData(kChosenRole, is_chosen);
        item->setData(kProbabilityRole, one.probability);
        item->setData(kIdRole, static_cast<int>(one.id));
        said << item->text();
    }
    m_list->setVisible(m_list->count() > 0);
    m_list->setFixedHeight(std::min(m_list->count(), kMostRows) * px(kRowHeight) + px(2));
    m_list->setEnabled(options.change);
    m_again->setVisible(options.change);
    m_inspect->setVisible(options.inspect);
    m_description = said.isEmpty() ? m_title->text() : tr("%1. Alternatives: %2").arg(m_title->text(), said.join(QStringLiteral("; ")));
    if (options.at_once || isVisible()) appear();
    else m_appear_timer.start(kAppearMs);
}

void TokenPopup::appear() {
    setFixedWidth(px(kWidth));
    adjustSize();
    const QRect room = parentWidget()->rect().adjusted(px(kSpaceTiny), px(kSpaceTiny), -px(kSpaceTiny), -px(kSpaceTiny));
    QPoint at(std::clamp(m_place.left(), room.left(), std::max(room.left(), room.right() - width())), m_place.bottom() + px(kSpaceTiny));
    if (at.y() + height() > room.bottom()) at.setY(std::max(room.top(), m_place.top() - height() - px(kSpaceTiny)));
    move(at);
    setVisible(true);
    raise();
}

void TokenPopup::leave() {
    m_appear_timer.stop();
    if (isVisible()) m_leave_timer.start(kLeaveMs);
}

void TokenPopup::takeFocus() {
    if (!isVisible()) return;
    if (m_list->count() > 0 && m_list->isEnabled()) {
        m_list->setCurrentRow(0);
        m_list->setFocus(Qt::TabFocusReason);
    } else if (m_inspect->isVisible()) {
        m_inspect->setFocus(Qt::TabFocusReason);
    } else {
        m_again->setFocus(Qt::TabFocusReason);
    }
}

void TokenPopup::choose(int row) {
    if (row < 0 || !isVisible()) return;
    const int id = m_list->item(row)->data(kIdRole).toInt();
    hide();
    emit alternativeChosen(m_number, m_token, id);
}

void TokenPopup::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), color(Role::Surface));
    paintBox(painter, rect(), px(kRadiusCard), color(Role::Raised), color(Role::Control));
}

bool TokenPopup::eventFilter(QObject* watched, QEvent* event) {
    // Enter in a list is "activated" on some platforms only.
    if (watched == m_list && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            choose(m_list->currentRow());
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

void TokenPopup::keyPressEvent(QKeyEvent* event) {
    if (event->key() != Qt::Key_Escape) return QFrame::keyPressEvent(event);
    hide();
    emit left(m_number);
}

void TokenPopup::enterEvent(QEnterEvent* event) {
    QFrame::enterEvent(event);
    m_leave_timer.stop();
}

void TokenPopup::leaveEvent(QEvent* event) {
    QFrame::leaveEvent(event);
    leave();
}

}  // namespace tessera::ui
