// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/comparison_view.h"

#include "ui/chat/view/message_actions.h"
#include "ui/chat/view/message_text.h"
#include "ui/chat/view/single_message_view.h"
#include "ui/style/icons.h"
#include "ui/widgets/elements.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QPainter>

#include <algorithm>

namespace tessera::ui {

ComparisonView::ComparisonView(QWidget* parent) : QWidget(parent) {
    setGroundRole(this, Role::Surface);
    setAccessibleName(tr("Two versions of an answer"));
    auto* head = new QHBoxLayout;
    head->addWidget(makeLabel(tr("Two versions of an answer"), TextStyle::Strong), 1);
    QToolButton* close = makeIconButton(Icon::Close, tr("Close the comparison"), this);
    connect(close, &QToolButton::clicked, this, &ComparisonView::closeRequested);
    head->addWidget(close);
    auto* sides = new QHBoxLayout;
    sides->setSpacing(px(kSpaceWide));
    sides->addWidget(makeSide(0), 1);
    sides->addWidget(makeSide(1), 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(kSpaceWide), px(kSpaceSmall), px(kSpaceWide), px(kSpaceSmall));
    column->addLayout(head);
    column->addLayout(sides, 1);
}

QWidget* ComparisonView::makeSide(int side) {
    Side& parts = m_sides[static_cast<std::size_t>(side)];
    auto* widget = new QWidget(this);
    parts.choice = new QComboBox;
    parts.choice->setAccessibleName(side == 0 ? tr("Version on the left") : tr("Version on the right"));
    parts.choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    parts.choice->setMinimumContentsLength(10);
    parts.facts = new ElidedLabel({}, Qt::ElideRight);
    setTextStyle(parts.facts, TextStyle::Caption);
    setTextRole(parts.facts, Role::Muted);
    parts.view = new SingleMessageView;
    QPushButton* show = makeButton(tr("Show this version"));
    auto* row = new QHBoxLayout;
    row->addWidget(parts.choice, 1);
    row->addWidget(show);
    auto* column = new QVBoxLayout(widget);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(row);
    column->addWidget(parts.facts);
    column->addWidget(parts.view, 1);
    connect(parts.choice, &QComboBox::currentIndexChanged, this, [this, side] { showSide(side); });
    connect(show, &QPushButton::clicked, this, [this, side] {
        const int version = shownVersion(side);
        if (version >= 0) emit versionChosen(m_versions[static_cast<std::size_t>(version)].number);
    });
    return widget;
}

void ComparisonView::setVersions(std::vector<ShownMessage> versions, int left, int right) {
    m_versions = std::move(versions);
    for (int side = 0; side < 2; ++side) {
        QComboBox* choice = m_sides[static_cast<std::size_t>(side)].choice;
        const QSignalBlocker quiet(choice);
        choice->clear();
        for (std::size_t i = 0; i < m_versions.size(); ++i) {
            const QString model = QString::fromStdString(m_versions[i].facts.model);
            choice->addItem(model.isEmpty() ? tr("Version %1").arg(i + 1) : tr("Version %1, %2").arg(i + 1).arg(model));
        }
        choice->setCurrentIndex(std::clamp(side == 0 ? left : right, 0, std::max(0, static_cast<int>(m_versions.size()) - 1)));
        showSide(side);
    }
}

int ComparisonView::shownVersion(int side) const {
    const int version = choice(side)->currentIndex();
    return version < static_cast<int>(m_versions.size()) ? version : -1;
}

void ComparisonView::showSide(int side) {
    const int version = shownVersion(side);
    if (version < 0) return;
    const Side& parts = m_sides[static_cast<std::size_t>(side)];
    const ShownMessage& message = m_versions[static_cast<std::size_t>(version)];
    parts.view->setMessage(message, (side == 0 ? tr("Answer on the left") : tr("Answer on the right")) + QStringLiteral(", ") + parts.choice->currentText());
    parts.facts->setFullText(factsLine(message.facts));
}

void ComparisonView::updateVersion(MessageNumber number, const QString& text) {
    for (std::size_t i = 0; i < m_versions.size(); ++i) {
        if (m_versions[i].number != number) continue;
        m_versions[i].text = text;
        for (int side = 0; side < 2; ++side)
            if (shownVersion(side) == static_cast<int>(i)) view(side)->updateText(text);
    }
}

void ComparisonView::setTintShown(bool shown) {
    for (const Side& side : m_sides) side.view->setTintShown(shown);
}

void ComparisonView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), color(Role::Surface));
    // A line between the two, decorative.
    painter.fillRect(QRect(width() / 2, view(0)->mapTo(this, QPoint(0, 0)).y(), 1, view(0)->height()), color(Role::Divider));
}

}  // namespace tessera::ui
