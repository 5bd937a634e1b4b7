// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/validation/explanation_card.h"

#include "ui/style/icons.h"
#include "ui/style/theme.h"
#include "ui/widgets/elements.h"

#include <QScrollArea>
#include <QVBoxLayout>

namespace tessera::ui {
namespace {

constexpr int kWidth = 288, kNarrowWidth = 240;

QWidget* makeParagraphs() {
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(kSpaceSmall));
    return box;
}

Role stateRole(CheckState state) {
    return state == CheckState::Failed ? Role::Error : state == CheckState::Passed ? Role::Ok : Role::Muted;
}

}  // namespace

ExplanationCard::ExplanationCard(QWidget* parent) : QWidget(parent) {
    auto* card = new Card(Role::Raised);
    m_title = makeLabel({}, TextStyle::Strong);
    m_title->setWordWrap(true);
    m_state = makeLabel({}, TextStyle::Interface);
    m_facts = new FactList;
    m_meaning = makeParagraphs();
    m_advice_title = makeLabel(tr("What to do"), TextStyle::Strong);
    m_advice = makeParagraphs();
    m_show_layer = makeIconTextButton(Icon::Inspector, {});
    m_show_layer->setToolTip(tr("Look inside this layer while the model reads the compared text"));
    m_show_fragments = makeIconTextButton(Icon::Fragments, tr("Its fragments"));
    connect(m_show_layer, &QPushButton::clicked, this, [this] { emit layerAsked(m_layer); });
    connect(m_show_fragments, &QPushButton::clicked, this, [this] { emit fragmentsAsked(m_layer); });
    for (QWidget* widget : std::initializer_list<QWidget*>{m_title, m_state, m_facts, m_meaning, m_advice_title, m_advice}) card->column()->addWidget(widget);
    card->column()->addStretch(1);
    for (QPushButton* button : {m_show_layer, m_show_fragments}) card->column()->addWidget(button);
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("Explanation"));
    setGroundRole(scroll->viewport(), Role::Surface);
    scroll->setWidget(card);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(scroll);
    setNarrow(false);
    connect(&Theme::instance(), &Theme::changed, this, [this] { setNarrow(m_narrow); });
    clear();
}

void ExplanationCard::setNarrow(bool narrow) {
    m_narrow = narrow;
    setFixedWidth(px(narrow ? kNarrowWidth : kWidth));
}

void ExplanationCard::clear() {
    Explanation nothing;
    nothing.title = tr("Nothing chosen");
    nothing.meaning << tr("Choose a check to read what it was and what its numbers mean.");
    setExplanation(nothing);
}

void ExplanationCard::setExplanation(const Explanation& explanation) {
    m_title->setText(explanation.title);
    m_state->setVisible(explanation.state.has_value());
    if (explanation.state) {
        const QString name = checkStateName(*explanation.state);
        m_state->setText(name.left(1).toUpper() + name.mid(1));
        setTextRole(m_state, stateRole(*explanation.state));
    }
    m_facts->set(explanation.facts);
    QStringList text{explanation.title};
    if (explanation.state) text << m_state->text();
    for (const auto& [name, value] : explanation.facts) text << tr("%1: %2").arg(name, value);
    m_facts->setVisible(!explanation.facts.empty());
    fill(*static_cast<QVBoxLayout*>(m_meaning->layout()), explanation.meaning, false);
    fill(*static_cast<QVBoxLayout*>(m_advice->layout()), explanation.advice, true);
    m_advice_title->setVisible(!explanation.advice.isEmpty());
    m_advice->setVisible(!explanation.advice.isEmpty());
    m_layer = explanation.layer.value_or(-1);
    for (QPushButton* button : {m_show_layer, m_show_fragments}) button->setVisible(m_layer >= 0);
    m_show_layer->setText(tr("Show layer %1").arg(m_layer));
    m_text = (text + explanation.meaning + explanation.advice).join(QLatin1Char('\n'));
    setAccessibleDescription(m_text);
}

QString ExplanationCard::text() const { return m_text; }

// Labels are used again, so that a run that goes on does not flicker.
void ExplanationCard::fill(QVBoxLayout& column, const QStringList& paragraphs, bool numbered) {
    while (column.count() > paragraphs.size()) {
        QLayoutItem* item = column.takeAt(column.count() - 1);
        delete item->widget();
        delete item;
    }
    for (qsizetype i = 0; i < paragraphs.size(); ++i) {
        if (i >= column.count()) column.addWidget(makeParagraph({}));
        auto* label = static_cast<QLabel*>(column.itemAt(static_cast<int>(i))->widget());
        label->setText(numbered ? QStringLiteral("%1. %2").arg(i + 1).arg(paragraphs[i]) : paragraphs[i]);
    }
}

}  // namespace tessera::ui
