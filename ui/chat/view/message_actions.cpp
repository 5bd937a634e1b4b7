// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/message_actions.h"

#include "ui/style/icons.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/text_format.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QResizeEvent>

namespace tessera::ui {
namespace {

struct ActionLook {
    MessageAction action;
    Icon icon;
};

constexpr std::array kActions{
    ActionLook{MessageAction::Copy, Icon::Copy},         ActionLook{MessageAction::Regenerate, Icon::Regenerate},
    ActionLook{MessageAction::Edit, Icon::Edit},         ActionLook{MessageAction::Continue, Icon::Continue},
    ActionLook{MessageAction::Compare, Icon::SideBySide}, ActionLook{MessageAction::Inspect, Icon::Inspector},
    ActionLook{MessageAction::Delete, Icon::Trash},
};

class Words {
    Q_DECLARE_TR_FUNCTIONS(tessera::ui::MessageActions)
};

/// Reasons that the reader should see; an answer that ended by itself says nothing.
QString stopWords(const std::string& reason) {
    if (reason == "length") return Words::tr("length limit reached");
    if (reason == "stop string") return Words::tr("stop string");
    if (reason == "context full") return Words::tr("context full");
    if (reason == "cancelled") return Words::tr("stopped");
    return {};
}

}  // namespace

QString messageActionName(MessageAction action, MessageRole role) {
    switch (action) {
        case MessageAction::Copy: return Words::tr("Copy as Markdown");
        case MessageAction::Edit:
            return role == MessageRole::User ? Words::tr("Edit: asks again beside this version")
                                             : Words::tr("Edit: keeps this version beside the new one");
        case MessageAction::Regenerate: return Words::tr("Answer again");
        case MessageAction::Continue: return Words::tr("Continue this answer");
        case MessageAction::Compare: return Words::tr("Compare two versions side by side");
        case MessageAction::Inspect: return Words::tr("Inspect in the layers");
        case MessageAction::Delete: return Words::tr("Delete with all that follows");
        case MessageAction::PreviousVersion: return Words::tr("Previous version");
        case MessageAction::NextVersion: return Words::tr("Next version");
    }
    return {};
}

QString factsLine(const AnswerFacts& facts) {
    QStringList parts;
    if (const QString stop = stopWords(facts.stop_reason); !stop.isEmpty()) parts << stop;
    if (facts.tokens_per_second > 0)
        parts << Words::tr("%1 tokens/s").arg(formatNumber(facts.tokens_per_second, 1));
    if (facts.first_token_seconds > 0)
        parts << Words::tr("first token %1 s")
                     .arg(formatNumber(facts.first_token_seconds, facts.first_token_seconds < 10 ? 2 : 0));
    if (facts.tokens > 0)
        parts << MessageActions::tr("%n token(s)", nullptr, static_cast<int>(facts.tokens));
    if (!facts.model.empty()) parts << QString::fromStdString(facts.model);
    return parts.join(QStringLiteral(" · "));
}

MessageActions::MessageActions(QWidget* parent) : QWidget(parent) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    const auto make = [this](MessageAction action, Icon look, QWidget* into) {
        QToolButton* button = makeIconButton(look, {}, into);
        m_buttons[static_cast<std::size_t>(action)] = button;
        connect(button, &QToolButton::clicked, this, [this, action] { emit triggered(action); });
        return button;
    };
    m_spring = new QWidget(this);
    row->addWidget(m_spring, 1);
    m_versions = new QWidget(this);
    auto* versions = new QHBoxLayout(m_versions);
    versions->setContentsMargins(0, 0, px(kSpaceSmall), 0);
    versions->setSpacing(0);
    m_version = makeLabel({}, TextStyle::Interface, Role::Muted);
    versions->addWidget(make(MessageAction::PreviousVersion, Icon::ChevronLeft, m_versions));
    versions->addWidget(m_version);
    versions->addWidget(make(MessageAction::NextVersion, Icon::ChevronRight, m_versions));
    row->addWidget(m_versions);
    for (const ActionLook& look : kActions) row->addWidget(make(look.action, look.icon, this));
    m_more = makeIconButton(Icon::More, tr("More actions"), this);
    connect(m_more, &QToolButton::clicked, this, &MessageActions::moreRequested);
    row->addWidget(m_more);
    m_facts = new ElidedLabel({}, Qt::ElideRight, this);
    m_facts->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    setTextStyle(m_facts, TextStyle::Caption);
    setTextRole(m_facts, Role::Muted);
    row->addSpacing(px(kSpace));
    row->addWidget(m_facts, 1);
}

void MessageActions::setMessage(const ShownMessage& message) {
    m_message = message;
    m_message.text.clear();
    const bool user = message.role == MessageRole::User;
    for (std::size_t i = 0; i < m_buttons.size(); ++i) {
        const QString name = messageActionName(static_cast<MessageAction>(i), message.role);
        m_buttons[i]->setAccessibleName(name);
        m_buttons[i]->setToolTip(name);
    }
    m_version->setText(QStringLiteral("%1 / %2").arg(message.version).arg(message.versions));
    m_version->setAccessibleName(tr("Version %1 of %2").arg(message.version).arg(message.versions));
    AnswerFacts facts = message.facts;
    if (!message.status.isEmpty()) facts.stop_reason.clear();  // said there already
    m_facts->setFullText(user ? QString() : factsLine(facts));
    m_spring->setVisible(user);
    m_facts->setVisible(!user);
    update();
}

void MessageActions::setPossible(bool busy, bool inspectable) {
    m_busy = busy;
    m_inspectable = inspectable;
    update();
}

void MessageActions::setShown(bool shown) {
    if (shown == m_shown) return;
    m_shown = shown;
    update();
}

bool MessageActions::isPossible(MessageAction action) const {
    const bool answer = m_message.role == MessageRole::Assistant;
    switch (action) {
        case MessageAction::Copy: return true;
        case MessageAction::Edit:
        case MessageAction::Delete: return !m_busy;
        case MessageAction::Regenerate:
        case MessageAction::Continue: return answer && !m_busy;
        case MessageAction::Compare: return answer && m_message.versions > 1;
        case MessageAction::Inspect: return answer && m_inspectable && !m_message.streaming;
        case MessageAction::PreviousVersion: return !m_busy && m_message.version > 1;
        case MessageAction::NextVersion: return !m_busy && m_message.version < m_message.versions;
    }
    return false;
}

void MessageActions::update() {
    m_versions->setVisible(m_message.versions > 1);
    for (std::size_t i = 0; i < m_buttons.size(); ++i) {
        const auto action = static_cast<MessageAction>(i);
        const bool of_versions = action == MessageAction::PreviousVersion || action == MessageAction::NextVersion;
        m_buttons[i]->setEnabled(isPossible(action));
        if (!of_versions) m_buttons[i]->setVisible(m_shown && isPossible(action));
    }
    fit();
}

/// What does not fit goes into the menu, from the right.
void MessageActions::fit() {
    const auto isOver = [this] {
        layout()->activate();
        return layout()->minimumSize().width() > width();
    };
    for (const ActionLook& look : kActions) button(look.action)->setVisible(m_shown && isPossible(look.action));
    m_more->setVisible(false);
    if (!m_shown || !isOver()) return;
    m_more->setVisible(true);
    for (auto look = kActions.rbegin(); look != kActions.rend() && isOver(); ++look) button(look->action)->setVisible(false);
}

void MessageActions::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fit();
}

QList<QWidget*> MessageActions::controls() const {
    QList<QWidget*> all{button(MessageAction::PreviousVersion), button(MessageAction::NextVersion)};
    for (const ActionLook& look : kActions) all << button(look.action);
    return all << m_more;
}

QString MessageActions::facts() const { return m_facts->fullText(); }

}  // namespace tessera::ui
