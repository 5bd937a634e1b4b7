// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/chat_controller.h"

#include "core/base/utf8.h"
#include "ui/jobs/job_runner.h"
#include "ui/model/model_holder.h"
#include "ui/settings/settings.h"
#include "ui/widgets/error_text.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

namespace tessera::ui {
namespace {

constexpr int kPollMs = 50;  // as often as an answer is painted

std::int64_t now() { return QDateTime::currentMSecsSinceEpoch(); }

}  // namespace

QString stopText(const AnswerFacts& facts) {
    if (facts.stop_reason == "cancelled") return ChatController::tr("Stopped");
    if (facts.stop_reason == "length") return ChatController::tr("Ended at the limit of tokens");
    if (facts.stop_reason == "context full") return ChatController::tr("Ended because the context is full");
    // Written by this program, which came to no end of it.
    if (facts.stop_reason.empty() && !facts.model.empty()) return ChatController::tr("Interrupted");
    return {};
}

ChatController::ChatController(const PageContext& context, ChatStore& store, ConversationList& list, QObject* parent)
    : QObject(parent), m_context(context), m_store(store), m_list(list) {
    m_poll.setInterval(kPollMs);
    connect(&m_poll, &QTimer::timeout, this, &ChatController::poll);
    connect(&context.model, &ModelHolder::stateChanged, this, &ChatController::followModel);
    connect(&context.model, &ModelHolder::progressChanged, this, [this] {
        if (phase() == ChatPhase::Loading) emit phaseChanged();
    });
    connect(&context.model, &ModelHolder::aboutToUnload, this, [this] {
        if (m_running && m_running->job) m_running->job->cancel();
        m_engine.reset();
    });
    // What is loaded before the user could do anything is the start's choice, not one for this conversation.
    QTimer::singleShot(0, this, [this] { m_follows_loads = true; });
    openNew();
}

ChatController::~ChatController() {
    if (!m_running) return;
    if (m_running->job) m_running->job->cancel();
    // The window is going: nobody is told any more, but what was written is kept.
    blockSignals(true);
    Message* message = m_running->chat->stored.tree.edit(m_running->number);
    if (!message) return;
    if (m_running->stream) {
        AnswerStream::Growth growth = m_running->stream->take();
        message->text += growth.text;
        addTraced(std::move(growth.tokens));
    }
    if (message->text.empty()) return;
    message->facts.stop_reason = stopReasonName(StopReason::Cancelled);
    saveRunning();
}

// The conversation

void ChatController::openNew() {
    auto chat = std::make_shared<OpenChat>();
    ConversationInfo& info = chat->stored.info;
    info.id = newConversationId();
    info.created_ms = info.updated_ms = now();
    // Small models answer far better under a plain system message than under none.
    info.system_prompt = m_context.settings.text(QStringLiteral("chat"), QStringLiteral("system"), QStringLiteral("You are a helpful assistant.")).toStdString();
    // What one chose last is what one wants next.
    if (m_chat) {
        info.sampling = m_chat->stored.info.sampling;
        info.context_policy = m_chat->stored.info.context_policy;
        info.model = m_chat->stored.info.model;
    }
    show(std::move(chat), kNoMessage);
}

void ChatController::open(ConversationId id, MessageNumber message) {
    ++m_open_request;
    if (m_chat->stored.info.id == id) return show(m_chat, message);
    if (m_running && m_running->chat->stored.info.id == id) return show(m_running->chat, message);
    const auto work = [id](ConversationStore& store) -> Result<std::shared_ptr<OpenChat>> {
        auto chat = std::make_shared<OpenChat>();
        TESSERA_TRY(chat->stored, store.load(id));
        chat->saved = true;
        return chat;
    };
    m_store.run(work, this, [this, message, request = m_open_request](Result<std::shared_ptr<OpenChat>> chat) {
        if (request != m_open_request) return;
        if (!chat) return emit problemFound({ChatProblem::Other, errorText(chat.error()), {}});
        show(std::move(*chat), message);
    });
}

void ChatController::show(std::shared_ptr<OpenChat> chat, MessageNumber message) {
    const bool other = chat != m_chat;
    ++m_open_request;
    m_chat = std::move(chat);
    if (other) {
        m_refused_wish.reset();
        m_removed.clear();
        emit problemSolved();
    }
    MessageTree& tree = m_chat->stored.tree;
    // A hit may be in a version that is out of sight.
    for (const MessageNumber number : tree.pathTo(message)) {
        const Versions versions = tree.versions(number);
        const auto path = tree.path();
        if (versions.numbers.size() < 2 || std::find(path.begin(), path.end(), number) != path.end()) continue;
        tree.choose(number);
        saveMessage(*m_chat, number);
    }
    emit infoChanged();
    emit chatOpened(message);
    if (m_chat->saved && m_chat->traces.empty()) loadTraces(m_chat);
}

void ChatController::loadTraces(const std::shared_ptr<OpenChat>& chat) {
    using Traces = std::map<MessageNumber, std::shared_ptr<const TokenTrace>>;
    const auto work = [id = chat->stored.info.id](ConversationStore& store) -> Result<Traces> {
        TESSERA_TRY(auto found, store.traces(id));
        Traces traces;
        for (auto& [number, trace] : found) traces.emplace(number, std::make_shared<const TokenTrace>(std::move(trace)));
        return traces;
    };
    m_store.run(work, this, [this, chat](Result<Traces> traces) {
        if (!traces || traces->empty()) return;
        chat->traces.merge(*traces);
        if (chat == m_chat) emit messagesChanged();
    });
}

void ChatController::changeInfo(ConversationId id, const std::function<void(ConversationInfo&)>& change) {
    std::optional<ConversationInfo> changed;
    bool saved = true;  // an unsaved one is saved with its first message
    for (OpenChat* chat : {m_chat.get(), m_running ? m_running->chat.get() : nullptr}) {
        if (!chat || chat->stored.info.id != id) continue;
        if (!changed) {
            changed = chat->stored.info;
            change(*changed);
        }
        chat->stored.info = *changed;
        saved = chat->saved;
    }
    if (changed) {
        emit infoChanged();
    } else {
        const ConversationInfo* known = m_list.find(id);
        if (!known) return;
        changed = *known;
        change(*changed);
    }
    if (!saved) return;
    m_list.put(*changed);
    m_store.save([info = *changed](ConversationStore& store) { return store.saveInfo(info); });
}

void ChatController::removeConversation(ConversationId id) {
    if (m_running && m_running->chat->stored.info.id == id) {
        m_running->chat->removed = true;
        stop();
    }
    m_store.save([id](ConversationStore& store) { return store.remove(id); });
    m_list.remove(id);
    if (m_chat->stored.info.id == id) openNew();
}

void ChatController::restoreConversation(const ConversationInfo& info) {
    if (m_running && m_running->chat->stored.info.id == info.id) m_running->chat->removed = false;
    m_store.save([id = info.id](ConversationStore& store) { return store.restore(id); });
    m_list.put(info);
}

// Messages

bool ChatController::mayStart() {
    if (!m_running) return true;
    emit refused(m_running->chat == m_chat ? tr("An answer is being written. Stop it first.") : tr("“%1” is being answered. Stop it first.").arg(runningTitle()));
    return false;
}

bool ChatController::hasModel(const QString& path) {
    if (!path.isEmpty() && QFileInfo::exists(path)) return true;
    if (path.isEmpty()) emit problemFound({ChatProblem::NoModel, tr("There is no model to answer."), {}});
    else emit problemFound({ChatProblem::ModelFailed, tr("The model of this chat is not there any more: %1").arg(QDir::toNativeSeparators(path)), path});
    return false;
}

bool ChatController::send(const QString& text, std::vector<Attachment> attachments) {
    if (!mayStart()) return false;
    if (!hasModel(modelPath())) return false;
    MessageTree& tree = m_chat->stored.tree;
    const auto number = tree.add(tree.leaf(), MessageRole::User, text.toStdString(), now());
    if (!number) {
        emit problemFound({ChatProblem::Other, errorText(number.error()), {}});
        return false;
    }
    tree.edit(*number)->attachments = std::move(attachments);
    ConversationInfo& info = m_chat->stored.info;
    if (info.title_is_automatic && info.title.empty()) info.title = automaticTitle(text.toStdString());
    info.draft.clear();
    if (info.model.empty()) info.model = modelPath().toStdString();
    saveMessage(*m_chat, *number);
    return start({*number, {}, kNoMessage, {}, {}});
}

bool ChatController::regenerate(MessageNumber number, const AnswerVariant& variant) {
    const Message* at = message(number);
    if (!at || !mayStart()) return false;
    return start({at->role == MessageRole::User ? number : at->parent, variant, kNoMessage, {}, {}});
}

bool ChatController::edit(MessageNumber number, const QString& text) {
    const Message* old = message(number);
    if (!old || !mayStart()) return false;
    MessageTree& tree = m_chat->stored.tree;
    const MessageRole role = old->role;
    std::vector<Attachment> attachments = old->attachments;
    const auto edited = tree.add(old->parent, role, text.toStdString(), now());
    if (!edited) {
        emit problemFound({ChatProblem::Other, errorText(edited.error()), {}});
        return false;
    }
    Message* message = tree.edit(*edited);
    message->attachments = std::move(attachments);
    if (role == MessageRole::Assistant) message->facts.stop_reason = "edited";
    saveMessage(*m_chat, *edited);
    emit messagesChanged();
    return role == MessageRole::Assistant || start({*edited, {}, kNoMessage, {}, {}});
}

bool ChatController::continueAnswer(MessageNumber number) {
    const Message* old = message(number);
    if (!old || old->role != MessageRole::Assistant || !mayStart()) return false;
    const auto trace = m_chat->traces.find(number);
    Wish wish{old->parent, {}, number, {}, trace != m_chat->traces.end() ? *trace->second : TokenTrace{}};
    if (const auto& tokens = wish.trace.tokens; !tokens.empty() && tokens.front().begin == 0 && tokens.back().end == old->text.size())
        for (const TracedToken& traced : tokens) wish.tokens.push_back(traced.id);
    if (tree().leaf() != number) {
        // What was said to the shorter answer stays with it.
        MessageTree& tree = m_chat->stored.tree;
        const auto copy = tree.add(old->parent, MessageRole::Assistant, old->text, now());
        if (!copy) return false;
        wish.continued = *copy;
    }
    return start(std::move(wish));
}

bool ChatController::regenerateFrom(MessageNumber number, int index, int alternative) {
    const Message* old = message(number);
    const auto found = m_chat->traces.find(number);
    if (!old || found == m_chat->traces.end() || !mayStart()) return false;
    const std::vector<TracedToken>& tokens = found->second->tokens;
    if (index < 0 || static_cast<std::size_t>(index) >= tokens.size()) return false;
    const TracedToken& at = tokens[static_cast<std::size_t>(index)];
    if (at.begin > old->text.size()) return false;
    std::string text = old->text.substr(0, at.begin);
    Wish wish{old->parent, {}, kNoMessage, {}, {}};
    // Only a trace from the first token on gives exact tokens (an answer that was continued may have a gap).
    if (tokens.front().begin == 0)
        for (int i = 0; i < index; ++i) wish.tokens.push_back(tokens[static_cast<std::size_t>(i)].id);
    wish.trace.tokens.assign(tokens.begin(), tokens.begin() + index);
    if (alternative >= 0 && static_cast<std::size_t>(alternative) < at.alternatives.size()) {
        const TokenAlternative& chosen = at.alternatives[static_cast<std::size_t>(alternative)];
        TracedToken forced = at;
        forced.id = chosen.id;
        forced.probability = chosen.probability;
        text += chosen.text;
        text.resize(validUtf8Prefix(text));  // the next token completes the character
        forced.end = static_cast<std::uint32_t>(text.size());
        wish.trace.tokens.push_back(std::move(forced));
        if (tokens.front().begin == 0) wish.tokens.push_back(chosen.id);
    }
    const auto copy = m_chat->stored.tree.add(wish.parent, MessageRole::Assistant, std::move(text), now());
    if (!copy) return false;
    wish.continued = *copy;
    return start(std::move(wish));
}

bool ChatController::remove(MessageNumber number) {
    const std::vector<MessageNumber> running_path = m_running && m_running->chat == m_chat ? tree().pathTo(m_running->number) : std::vector<MessageNumber>{};
    if (std::find(running_path.begin(), running_path.end(), number) != running_path.end() && !mayStart()) return false;
    std::vector<Message> taken = m_chat->stored.tree.take(number);
    if (taken.empty()) return false;
    m_removed = std::move(taken);
    m_removed_from = info().id;
    std::vector<MessageNumber> numbers;
    for (const Message& message : m_removed) numbers.push_back(message.number);
    m_store.save([id = info().id, numbers](ConversationStore& store) { return store.removeMessages(id, numbers); });
    touch(*m_chat);
    emit messagesChanged();
    emit messagesRemoved(static_cast<int>(numbers.size()));
    return true;
}

bool ChatController::undoRemove() {
    if (m_removed.empty() || m_removed_from != info().id) return false;
    std::vector<MessageNumber> numbers;
    for (Message& message : std::exchange(m_removed, {})) {
        numbers.push_back(message.number);
        if (!m_chat->stored.tree.insert(std::move(message))) return false;
    }
    m_store.save([id = info().id, numbers](ConversationStore& store) { return store.restoreMessages(id, numbers); });
    touch(*m_chat);
    emit messagesChanged();
    return true;
}

void ChatController::choose(MessageNumber number) {
    if (!m_chat->stored.tree.choose(number)) return;
    saveMessage(*m_chat, number);
    emit messagesChanged();
}

std::vector<ChatMessage> ChatController::messagesOf(const MessageTree& tree, const std::vector<MessageNumber>& path) const {
    std::vector<ChatMessage> messages;
    for (const MessageNumber number : path) {
        const Message* message = tree.find(number);
        messages.push_back({std::string(roleName(message->role)), promptText(*message)});
    }
    return messages;
}

std::vector<ChatMessage> ChatController::promptMessages(MessageNumber last) const {
    return messagesOf(tree(), last == kNoMessage ? tree().path() : tree().pathTo(last));
}

// Saving

void ChatController::saveNew(OpenChat& chat) {
    chat.saved = true;
    m_store.save([info = chat.stored.info](ConversationStore& store) { return store.saveInfo(info); });
    m_context.settings.set(QStringLiteral("chat"), QStringLiteral("last"), QString::number(toInt(chat.stored.info.id)));
}

void ChatController::touch(OpenChat& chat) {
    if (!chat.saved || chat.removed) return;
    ConversationInfo& info = chat.stored.info;
    info.message_count = static_cast<std::int64_t>(chat.stored.tree.size());
    m_list.put(info);
    if (&chat == m_chat.get()) emit infoChanged();
}

void ChatController::saveMessage(OpenChat& chat, MessageNumber number) {
    const Message* message = chat.stored.tree.find(number);
    if (!message) return;
    ConversationInfo& info = chat.stored.info;
    info.updated_ms = std::max(info.updated_ms, message->created_ms);
    const bool is_answer = m_running && m_running->number == number && m_running->chat.get() == &chat;
    if (!chat.saved || !is_answer) saveNew(chat);
    m_store.save([id = info.id, kept = *message](ConversationStore& store) { return store.saveMessage(id, kept); });
    if (!is_answer) touch(chat);
}

}  // namespace tessera::ui
