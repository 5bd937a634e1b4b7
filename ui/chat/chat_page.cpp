// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/chat_page.h"

#include "core/base/platform/paths.h"
#include "ui/chat/chat_welcome.h"
#include "ui/chat/composer.h"
#include "ui/chat/conversation_panel.h"
#include "ui/chat/find_bar.h"
#include "ui/chat/presets.h"
#include "ui/chat/shown_messages.h"
#include "ui/chat/view/comparison_view.h"
#include "ui/chat/view/message_column.h"
#include "ui/jobs/job_runner.h"
#include "ui/model/model_holder.h"
#include "ui/model/model_library.h"
#include "ui/model/setup_helper.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/style/theme.h"
#include "ui/widgets/commands.h"
#include "ui/widgets/elements.h"
#include "ui/widgets/error_text.h"

#include <QHBoxLayout>
#include <QListView>
#include <QMenu>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace tessera::ui {
namespace {

const QString kChat = QStringLiteral("chat");
constexpr int kPanelWidth = 248, kColumnWidth = 760;
constexpr int kDraftMs = 500, kUndoMs = 12000;

/// Conversations are the user's data; settings that are kept elsewhere (--config) have theirs beside them.
std::filesystem::path databaseFor(const Settings& settings) {
    const std::filesystem::path folder = fromUtf8(settings.folder().toStdString());
    return (folder == configFolder() ? dataFolder() : folder) / "conversations.db";
}

/// At most kColumnWidth wide, in the middle.
QWidget* centred(QWidget* widget) {
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(px(kSpaceLarge), 0, px(kSpaceLarge), 0);
    row->addStretch(1);
    row->addWidget(widget, 100);
    row->addStretch(1);
    const auto fit = [widget] { widget->setMaximumWidth(px(kColumnWidth)); };
    fit();
    QObject::connect(&Theme::instance(), &Theme::changed, widget, fit);
    return box;
}

}  // namespace

ChatPage::ChatPage(const PageContext& context)
    : m_context(context), m_store(std::make_shared<ChatStore>(databaseFor(context.settings))), m_list(new ConversationList(this)),
      m_controller(new ChatController(context, *m_store, *m_list, this)), m_presets(new Presets(*m_store, this)), m_library(new ModelLibrary(context.settings, context.jobs, this)) {
    m_panel = new ConversationPanel(*m_controller, *m_store, *m_list, context.settings);
    m_panel->setMinimumWidth(px(200));
    m_splitter = new QSplitter;
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_panel);
    m_splitter->addWidget(makeMain());
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({px(kPanelWidth), px(900)});
    auto* outer = new QHBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_splitter);
    m_meter = new ContextMeter(context.jobs, [this]() -> ContextMeter::Question {
        ContextMeter::Question question;
        question.later = m_controller->isBusy();
        if (question.later) return question;
        question.engine = m_controller->engine();
        question.prompt.system_prompt = m_controller->info().system_prompt;
        question.prompt.messages = m_controller->promptMessages();
        Message draft;
        draft.text = m_composer->text().toStdString();
        draft.attachments = m_composer->attachments();
        if (!draft.text.empty() || !draft.attachments.empty() || question.prompt.messages.empty()) question.prompt.messages.push_back({"user", promptText(draft)});
        question.prompt.continue_answer = question.prompt.messages.back().role == "assistant";
        question.prompt.policy = ContextPolicy::Stop;
        for (const Attachment& file : draft.attachments) question.attachments.push_back(file.text);
        question.max_tokens = m_controller->info().sampling.max_tokens;
        return question;
    }, this);
    connect(m_meter, &ContextMeter::measured, this, [this] {
        if (!m_controller->isBusy()) m_composer->setMeasure(m_meter->measure());
    });
    m_draft_timer.setSingleShot(true);
    m_draft_timer.setInterval(kDraftMs);
    connect(&m_draft_timer, &QTimer::timeout, this, &ChatPage::keepDraft);
    m_undo_timer.setSingleShot(true);
    m_undo_timer.setInterval(kUndoMs);
    connect(&m_undo_timer, &QTimer::timeout, m_undo, &QWidget::hide);
    connectController();
    connectColumn();
    addCommands();
    setProbabilities(context.settings.flag(kChat, QStringLiteral("probabilities"), false));
    restore();
}

ChatPage::~ChatPage() {
    keepDraft();
    m_context.settings.setBytes(kChat, QStringLiteral("splitter"), m_splitter->saveState());
    delete m_controller;  // it saves what was written of an answer
    m_store->flush();
}

QWidget* ChatPage::makeMain() {
    m_welcome = new ChatWelcome(!findSetupHelper().isEmpty());
    m_column = new MessageColumn;
    m_column->setAccessibleName(tr("Messages"));
    m_compare = new ComparisonView;
    m_centre = new QStackedWidget;
    m_centre->addWidget(m_welcome);
    m_centre->addWidget(m_column);
    m_centre->addWidget(m_compare);
    m_find = new FindBar(*m_column);
    m_banner = new Banner;
    m_undo = new Banner;
    m_undo->addAction(tr("Undo"), [this] {
        m_undo->hide();
        m_controller->undoRemove();
    });
    m_composer = new Composer;
    m_composer->modelButton()->setMenu(new QMenu(m_composer->modelButton()));
    m_composer->presetButton()->setMenu(new QMenu(m_composer->presetButton()));
    connect(m_composer->modelButton()->menu(), &QMenu::aboutToShow, this, &ChatPage::fillModelMenu);
    connect(m_composer->presetButton()->menu(), &QMenu::aboutToShow, this, &ChatPage::fillPresetMenu);
    connect(m_composer->systemButton(), &QPushButton::clicked, this, &ChatPage::editSystemPrompt);
    connect(m_composer->attachButton(), &QToolButton::clicked, this, &ChatPage::askAttach);
    connect(m_composer->probabilitiesButton(), &QToolButton::toggled, this, &ChatPage::setProbabilities);
    connect(m_composer, &Composer::sendRequested, this, &ChatPage::send);
    connect(m_composer, &Composer::stopRequested, m_controller, &ChatController::stop);
    connect(m_composer, &Composer::filesGiven, this, &ChatPage::attach);
    connect(m_composer, &Composer::changed, this, [this] {
        m_draft_timer.start();
        m_meter->changed();
    });
    connect(m_composer->edit(), &ComposerEdit::editLastPressed, this, [this] {
        for (auto message = m_column->messages().rbegin(); message != m_column->messages().rend(); ++message)
            if (message->role == MessageRole::User) return editMessage(message->number);
    });
    auto* main = new QWidget;
    setGroundRole(main, Role::Surface);
    auto* column = new QVBoxLayout(main);
    column->setContentsMargins(0, 0, 0, px(kSpaceWide));
    column->setSpacing(0);
    column->addWidget(centred(m_find));
    column->addWidget(m_centre, 1);
    for (QWidget* bar : {static_cast<QWidget*>(m_banner), static_cast<QWidget*>(m_undo)}) {
        column->addSpacing(px(kSpaceSmall));
        column->addWidget(centred(bar));
    }
    column->addSpacing(px(kSpaceSmall));
    column->addWidget(centred(m_composer));
    connect(m_find, &FindBar::closed, this, [this] { m_composer->edit()->setFocus(); });
    connect(m_welcome, &ChatWelcome::fetchRequested, this, &ChatPage::fetchDefaultModel);
    connect(m_welcome, &ChatWelcome::openRequested, this, &ChatPage::askModelFile);
    connect(m_welcome, &ChatWelcome::questionChosen, this, [this](const QString& text) {
        m_composer->setText(text);
        send();
    });
    connect(m_compare, &ComparisonView::closeRequested, this, &ChatPage::closeComparison);
    connect(m_compare, &ComparisonView::versionChosen, this, [this](MessageNumber number) {
        m_controller->choose(number);
        closeComparison();
    });
    return main;
}

void ChatPage::connectController() {
    connect(m_controller, &ChatController::chatOpened, this, &ChatPage::showChat);
    connect(m_controller, &ChatController::messagesChanged, this, [this] {
        showMessages();
        m_meter->changed();
    });
    connect(m_controller, &ChatController::answerGrew, this, [this](const QString& text, quint32 tokens) {
        if (auto measure = m_meter->measure()) {
            measure->parts.turn += tokens;
            m_composer->setMeasure(measure);
        }
        const auto& shown = m_column->messages();
        if (!shown.empty() && shown.back().number == m_controller->runningNumber()) m_column->updateLast(text);
        if (m_compared != kNoMessage) m_compare->updateVersion(m_controller->runningNumber(), text);
    });
    connect(m_controller, &ChatController::phaseChanged, this, &ChatPage::showPhase);
    connect(m_controller, &ChatController::infoChanged, this, &ChatPage::showInfo);
    connect(m_controller, &ChatController::problemFound, this, &ChatPage::showProblem);
    connect(m_controller, &ChatController::problemSolved, m_banner, &QWidget::hide);
    connect(m_controller, &ChatController::refused, this, [this](const QString& why) { m_context.navigator.showStatus(why); });
    connect(m_controller, &ChatController::messagesRemoved, this, [this](int count) {
        m_undo->show(Banner::Information, tr("%n message(s) deleted.", nullptr, count));
        m_undo_timer.start();
    });
    connect(m_store.get(), &ChatStore::saveFailed, this, [this](const QString& message) {
        showProblem({ChatProblem::Other, tr("The conversation could not be saved: %1").arg(message), {}});
    });
    connect(&m_context.model, &ModelHolder::stateChanged, this, [this] {
        showInfo();
        showCentre();
        m_meter->changed();
    });
    connect(m_panel, &ConversationPanel::newChatRequested, this, [this] {
        m_controller->openNew();
        enter();
    });
    connect(m_panel, &ConversationPanel::hitChosen, this, [this](const QString& matched) { m_hit = matched; });
    connect(m_panel, &ConversationPanel::exportRequested, this, [this](qint64 id) { askExport(ConversationId{id}); });
    connect(m_panel, &ConversationPanel::importRequested, this, &ChatPage::askImport);
}

void ChatPage::connectColumn() {
    connect(m_column, &MessageColumn::editRequested, this, &ChatPage::editMessage);
    connect(m_column, &MessageColumn::regenerateRequested, this, [this](MessageNumber number) { m_controller->regenerate(number); });
    connect(m_column, &MessageColumn::continueRequested, m_controller, &ChatController::continueAnswer);
    connect(m_column, &MessageColumn::deleteRequested, m_controller, &ChatController::remove);
    connect(m_column, &MessageColumn::versionRequested, this, [this](MessageNumber number, int index) {
        const Versions versions = m_controller->tree().versions(number);
        if (index >= 0 && static_cast<std::size_t>(index) < versions.numbers.size()) m_controller->choose(versions.numbers[static_cast<std::size_t>(index)]);
    });
    connect(m_column, &MessageColumn::compareRequested, this, &ChatPage::askCompare);
    connect(m_column, &MessageColumn::inspectRequested, this, &ChatPage::inspect);
    connect(m_column, &MessageColumn::regenerateFromRequested, m_controller, &ChatController::regenerateFrom);
    m_column->setInspectable(m_context.navigator.hasPage(QStringLiteral("inspector")));
}

void ChatPage::loadList() {
    m_store->run([](ConversationStore& store) { return store.list(); }, this, [this](Result<std::vector<ConversationInfo>> infos) {
        if (!infos) return showProblem({ChatProblem::Other, errorText(infos.error()), {}});
        m_list->setAll(std::move(*infos));
        m_panel->followController();
        emit listLoaded();
    });
}

void ChatPage::restore() {
    m_splitter->restoreState(m_context.settings.bytes(kChat, QStringLiteral("splitter")));
    loadList();
    connect(m_library, &ModelLibrary::searched, this, [this] {
        if (m_library->rowCount() > 0) m_controller->setFallbackModel(m_library->index(0).data(ModelLibrary::PathRole).toString());
        showCentre();
    });
    const qint64 last = m_context.settings.text(kChat, QStringLiteral("last")).toLongLong();
    showChat(kNoMessage);
    showInfo();
    if (last != 0) m_controller->open(ConversationId{last});
}

// What is shown

void ChatPage::showChat(MessageNumber message) {
    keepDraft();
    if (m_draft_of != ConversationId{0} && m_draft_of != m_controller->info().id) m_draft_files[m_draft_of] = m_composer->attachments();
    const bool other = m_draft_of != m_controller->info().id;
    m_draft_of = ConversationId{0};  // what is put into the composer now is no change
    if (other) {
        m_composer->clear();
        for (Attachment& file : std::exchange(m_draft_files[m_controller->info().id], {})) m_composer->addAttachment(std::move(file));
        const bool is_new = !m_controller->chat().saved;
        m_composer->setText(is_new ? m_context.settings.text(kChat, QStringLiteral("draft")) : QString::fromStdString(m_controller->info().draft));
        m_undo->hide();
        m_compared = kNoMessage;
    }
    m_draft_of = m_controller->info().id;
    m_draft_timer.stop();
    m_context.settings.set(kChat, QStringLiteral("last"), m_controller->chat().saved ? QString::number(toInt(m_draft_of)) : QString());
    showMessages();
    if (message != kNoMessage) {
        m_column->scrollToMessage(message);
        if (!m_hit.isEmpty()) m_find->show(std::exchange(m_hit, {}));
    }
    else if (other) m_column->scrollToEnd();
    m_meter->changed();
}

void ChatPage::showMessages() {
    m_column->setMessages(shownMessages(*m_controller));
    if (m_compared != kNoMessage) showComparison();
    showCentre();
    showPhase();
}

void ChatPage::showCentre() {
    const bool comparing = m_compared != kNoMessage;
    const bool empty = m_controller->tree().path().empty();
    m_welcome->setHasModel(!m_controller->modelPath().isEmpty());
    m_centre->setCurrentWidget(comparing ? static_cast<QWidget*>(m_compare) : empty ? static_cast<QWidget*>(m_welcome) : m_column);
}

void ChatPage::compareVersions(MessageNumber left, MessageNumber right) {
    const Versions versions = m_controller->tree().versions(left);
    std::vector<ShownMessage> shown;
    int indices[] = {0, 0};
    for (std::size_t i = 0; i < versions.numbers.size(); ++i) {
        if (versions.numbers[i] == left) indices[0] = static_cast<int>(i);
        if (versions.numbers[i] == right) indices[1] = static_cast<int>(i);
        shown.push_back(shownMessage(*m_controller, versions.numbers[i]));
    }
    m_compared = left;
    m_compare->setVersions(std::move(shown), indices[0], indices[1]);
    showCentre();
}

/// The versions as they are now, the same two in sight.
void ChatPage::showComparison() {
    const Versions versions = m_controller->tree().versions(m_compared);
    const int left = m_compare->shownVersion(0), right = m_compare->shownVersion(1);
    const int count = static_cast<int>(versions.numbers.size());
    if (left < 0 || right < 0 || left >= count || right >= count) {
        m_compared = kNoMessage;
        return;
    }
    compareVersions(versions.numbers[static_cast<std::size_t>(left)], versions.numbers[static_cast<std::size_t>(right)]);
}

void ChatPage::closeComparison() {
    m_compared = kNoMessage;
    showMessages();
    m_composer->edit()->setFocus();
}

void ChatPage::showPhase() {
    const bool busy = m_controller->isBusy();
    m_composer->setBusy(busy);
    m_column->setBusy(busy);
    const MessageNumber leaf = m_controller->tree().leaf();
    const Message* last = m_controller->message(leaf);
    m_composer->setMayAnswer(!busy && last && last->role == MessageRole::User);
    if (QAction* stop = m_context.commands.find(QStringLiteral("chat.stop"))) stop->setEnabled(busy);
    // Only the status of the last message is new.
    const MessageNumber running = m_controller->runningNumber();
    const auto& shown = m_column->messages();
    if (running == kNoMessage || shown.empty() || shown.back().number != running || shown.back().status == m_controller->phaseText()) return;
    std::vector<ShownMessage> messages = shown;
    messages.back().status = m_controller->phaseText();
    m_column->setMessages(std::move(messages));
}

void ChatPage::showInfo() {
    const ConversationInfo& info = m_controller->info();
    const QString path = m_controller->modelPath();
    const QString model = path.isEmpty() ? tr("No model") : setTitle(path);
    m_composer->setModelName(model);
    m_composer->modelButton()->setAccessibleName(tr("Model of this chat: %1").arg(model));
    m_composer->modelButton()->setToolTip(tr("Model of this chat: %1").arg(model));
    const QString preset = Presets::title(info.sampling.preset);
    m_composer->presetButton()->setText(preset);
    m_composer->presetButton()->setAccessibleName(tr("Sampling: %1").arg(preset));
    m_composer->presetButton()->setToolTip(tr("Sampling: %1").arg(preset));
    m_composer->systemButton()->setIcon(icon(Icon::SystemPrompt, info.system_prompt.empty() ? Role::Text : Role::Accent));
    m_composer->systemButton()->setToolTip(info.system_prompt.empty() ? tr("System prompt: none") : tr("System prompt: %1").arg(QString::fromStdString(info.system_prompt).left(300)));
}

void ChatPage::showProblem(const ChatProblem& problem) {
    m_banner->clearActions();
    const auto close = [this] { m_banner->hide(); };
    switch (problem.kind) {
        case ChatProblem::NoModel:
            m_banner->addAction(tr("Open a GGUF…"), [this] { askModelFile(); });
            break;
        case ChatProblem::BadFragment:
            if (m_context.navigator.hasPage(QStringLiteral("fragments")))
                m_banner->addAction(tr("Show in Fragments"), [this, path = problem.model] { m_context.navigator.openPage(QStringLiteral("fragments"), path); });
            break;
        case ChatProblem::ModelFailed:
            m_banner->addAction(tr("Other model…"), [this] { m_composer->modelButton()->showMenu(); });
            break;
        case ChatProblem::ContextFull:
            m_banner->addAction(tr("Leave out the oldest"), [this] { m_controller->retry(ContextPolicy::Slide); });
            m_banner->addAction(tr("Always"), [this] {
                m_controller->changeInfo([](ConversationInfo& info) { info.context_policy = ContextPolicy::Slide; });
                m_controller->retry(ContextPolicy::Slide);
            });
            if (m_context.navigator.hasPage(QStringLiteral("model")))
                m_banner->addAction(tr("Larger context…"), [this] { m_context.navigator.openPage(QStringLiteral("model")); });
            break;
        case ChatProblem::Other: break;
    }
    m_banner->addAction(tr("Close"), close);
    m_banner->show(problem.kind == ChatProblem::ContextFull ? Banner::Warning : Banner::Error, problem.text);
}

// What the user does

void ChatPage::send() {
    const QString text = m_composer->text().trimmed();
    if (text.isEmpty() && m_composer->attachments().empty()) {
        const MessageNumber leaf = m_controller->tree().leaf();
        if (leaf != kNoMessage && m_controller->message(leaf)->role == MessageRole::User) m_controller->regenerate(leaf);
        return;
    }
    const std::vector<Attachment> files = m_composer->attachments();
    const MessageNumber before = m_controller->tree().leaf();
    m_controller->send(text, files);
    if (m_controller->tree().leaf() == before) return;
    m_composer->clear();
    m_draft_timer.stop();
    m_context.settings.set(kChat, QStringLiteral("draft"), QString());
    m_column->scrollToEnd();
}

void ChatPage::keepDraft() {
    if (!m_draft_timer.isActive() || m_draft_of == ConversationId{0}) return;
    m_draft_timer.stop();
    const QString draft = m_composer->text();
    if (!m_list->find(m_draft_of)) return m_context.settings.set(kChat, QStringLiteral("draft"), draft);
    m_controller->changeInfo(m_draft_of, [&](ConversationInfo& info) { info.draft = draft.toStdString(); });
}

void ChatPage::open(const QVariant& target) {
    if (target.typeId() == QMetaType::QString) return m_controller->setModelPath(target.toString());
    const QString draft = target.toMap().value(QStringLiteral("draft")).toString();
    if (draft.isEmpty()) return;
    m_controller->openNew();
    m_composer->setText(draft);
}

void ChatPage::enter() { m_composer->edit()->setFocus(); }

void ChatPage::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && m_compared != kNoMessage) closeComparison();
    else Page::keyPressEvent(event);
}

QString ChatPage::closeQuestion() const {
    return m_controller->isBusy() ? tr("An answer is being written in “%1”.").arg(m_controller->runningTitle()) : QString();
}

}  // namespace tessera::ui
