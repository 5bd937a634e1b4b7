// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/chat_controller.h"

#include "core/base/utf8.h"
#include "ui/jobs/job_runner.h"
#include "ui/model/model_options.h"
#include "ui/settings/settings.h"
#include "ui/widgets/text_format.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

namespace tessera::ui {
namespace {

const QString kTemplates = QStringLiteral("templates");  // by model
constexpr int kPollMs = 50;
constexpr int kSaveMs = 700;  // with the poll and the commit: less than a second behind the screen
constexpr int kAlternatives = 8;

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
    OpenChat& chat = *m_running->chat;
    Message* message = chat.stored.tree.edit(m_running->number);
    if (!message) return;
    if (m_running->stream) message->text += m_running->stream->take().text;
    if (message->text.empty()) return;
    message->facts.stop_reason = stopReasonName(StopReason::Cancelled);
    m_store.save([id = chat.stored.info.id, kept = *message](ConversationStore& store) { return store.saveMessage(id, kept); });
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
        if (!chat) return emit problemFound({ChatProblem::Other, QString::fromStdString(chat.error().message), {}});
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
    if (m_running && m_running->chat->stored.info.id == id) stop();
    m_store.save([id](ConversationStore& store) { return store.remove(id); });
    m_list.remove(id);
    if (m_chat->stored.info.id == id) openNew();
}

void ChatController::restoreConversation(const ConversationInfo& info) {
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
        emit problemFound({ChatProblem::Other, QString::fromStdString(number.error().message), {}});
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
        emit problemFound({ChatProblem::Other, QString::fromStdString(edited.error().message), {}});
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

// Answering

QString ChatController::modelPath() const {
    const QString own = QString::fromStdString(info().model);
    if (!own.isEmpty()) return own;
    if (m_context.model.state() == ModelState::Ready || m_context.model.state() == ModelState::Loading) return m_context.model.path();
    const QString last = m_context.settings.text(QStringLiteral("model"), QStringLiteral("last"));
    return QFileInfo::exists(last) ? last : m_fallback_model;
}

void ChatController::setFallbackModel(const QString& path) {
    m_fallback_model = path;
    emit infoChanged();
}

void ChatController::setModelPath(const QString& path) {
    changeInfo([&](ConversationInfo& info) { info.model = path.toStdString(); });
    emit problemSolved();
}

std::shared_ptr<ChatEngine> ChatController::engine() {
    const ModelHolder& holder = m_context.model;
    if (!holder.isReady() || holder.path() != modelPath()) return nullptr;
    if (!m_engine || m_engine->model() != holder.model()) m_engine = makeEngine();
    return m_engine;
}

std::shared_ptr<ChatEngine> ChatController::makeEngine() const {
    const ModelHolder& holder = m_context.model;
    const std::string jinja = m_context.settings.text(kTemplates, holder.path()).toStdString();
    std::unique_ptr<ChatTemplate> own;
    if (!jinja.empty())
        if (auto parsed = ChatTemplate::fromSource(jinja, *holder.model()->tokenizer)) own = std::move(*parsed);
    return std::make_shared<ChatEngine>(holder.model(), holder.options().session, std::move(own));
}

Result<void> ChatController::setTemplate(const QString& jinja) {
    const ModelHolder& holder = m_context.model;
    if (!holder.isReady()) return tessera::fail(ErrorKind::InvalidArgument, "no model is loaded");
    const std::string text = jinja.trimmed().isEmpty() || jinja.toStdString() == holder.model()->chat_template->source() ? std::string() : jinja.toStdString();
    if (!text.empty()) TESSERA_CHECK(ChatTemplate::fromSource(text, *holder.model()->tokenizer).map([](const auto&) {}));
    m_context.settings.set(kTemplates, holder.path(), QString::fromStdString(text));
    m_engine.reset();
    return {};
}

bool ChatController::start(Wish wish) {
    if (!hasModel(wish.variant.model.isEmpty() ? modelPath() : wish.variant.model)) return false;
    emit problemSolved();
    m_refused_wish = wish;
    MessageTree& tree = m_chat->stored.tree;
    Running running;
    running.chat = m_chat;
    running.model = wish.variant.model.isEmpty() ? modelPath() : wish.variant.model;
    running.is_new = wish.continued == kNoMessage;
    running.trace_before = std::move(wish.trace);
    PromptRequest& prompt = running.request.prompt;
    prompt.system_prompt = info().system_prompt;
    prompt.policy = info().context_policy;
    prompt.messages = messagesOf(tree, tree.pathTo(running.is_new ? wish.parent : wish.continued));
    prompt.continue_answer = !running.is_new;
    prompt.answer_tokens = std::move(wish.tokens);
    const SamplingSettings sampling = wish.variant.sampling.value_or(info().sampling);
    GenerateOptions& options = running.request.options;
    options.max_tokens = sampling.max_tokens;
    options.sampler = sampling.sampler;
    options.stop_strings = sampling.stop_strings;
    options.alternatives = m_trace_wanted ? kAlternatives : 0;
    if (running.is_new) {
        const auto number = tree.add(wish.parent, MessageRole::Assistant, {}, now());
        if (!number) {
            emit problemFound({ChatProblem::Other, QString::fromStdString(number.error().message), {}});
            return false;
        }
        running.number = *number;
    } else {
        running.number = wish.continued;
        running.before = tree.find(wish.continued)->text;
    }
    Message* message = tree.edit(running.number);
    running.facts_before = std::exchange(message->facts, {});
    message->facts.model = setTitle(running.model).toStdString();
    m_chat->errors.erase(running.number);
    m_chat->traces.erase(running.number);
    m_running = std::move(running);
    ModelHolder& holder = m_context.model;
    if (!(holder.path() == m_running->model && (holder.isReady() || holder.state() == ModelState::Loading))) {
        m_running->loads = true;
        m_loading_here = true;
        holder.load(m_running->model, readModelOptions(m_context.settings));
        m_loading_here = false;
    }
    emit messagesChanged();
    emit phaseChanged();
    if (m_running && m_running->phase == ChatPhase::Loading) followModel();
    return true;
}

void ChatController::followModel() {
    const ModelHolder& holder = m_context.model;
    // A model that the user loads while looking at a conversation is meant for it.
    if (m_follows_loads && !m_running && holder.state() == ModelState::Loading && !m_loading_here && holder.path() != modelPath() && !info().model.empty())
        changeInfo([&](ConversationInfo& info) { info.model = holder.path().toStdString(); });
    if (m_running && m_running->phase == ChatPhase::Loading && !m_loading_here) {
        if (holder.path() != m_running->model || holder.state() == ModelState::Empty) {
            dropEmptyAnswer();
            return end();
        }
        if (holder.state() == ModelState::Failed) return fail(holder.error());
        if (holder.isReady()) return begin();
    }
    emit phaseChanged();
}

void ChatController::begin() {
    const ModelHolder& holder = m_context.model;
    if (!m_engine || m_engine->model() != holder.model()) m_engine = makeEngine();
    m_running->phase = ChatPhase::Reading;
    m_running->stream = std::make_shared<AnswerStream>();
    JobInfo job;
    job.title = tr("Answer in “%1”").arg(runningTitle());
    job.pool = JobPool::Compute;
    job.quiet = true;  // the chat itself shows it, and asks before quitting
    job.counts_bytes = false;
    const auto work = [engine = m_engine, request = m_running->request, stream = m_running->stream](const Operation& operation) {
        return engine->answer(request, *stream, operation);
    };
    m_running->since_save.start();
    m_running->job = m_context.jobs.start(std::move(job), work, this, [this](Result<Answer> outcome) { finish(std::move(outcome)); });
    connect(m_running->job, &Job::changed, this, [this] {
        if (phase() == ChatPhase::Reading) emit phaseChanged();
    });
    m_poll.start();
    emit phaseChanged();
}

void ChatController::poll() {
    if (!m_running || !m_running->stream) return;
    const AnswerStream::Growth growth = m_running->stream->take();
    if (growth.started && m_running->phase == ChatPhase::Reading) {
        m_running->phase = ChatPhase::Writing;
        emit phaseChanged();
    }
    if (!growth.text.empty()) {
        Message* message = m_running->chat->stored.tree.edit(m_running->number);
        message->text += growth.text;
        m_running->unsaved = true;
        if (m_running->chat == m_chat) emit answerGrew(QString::fromStdString(message->text));
        if (growth.tokens_per_second > 0) m_context.navigator.showRate(tr("%1 tokens/s").arg(formatNumber(growth.tokens_per_second, 1)));
    }
    if (m_running->unsaved && m_running->since_save.elapsed() >= kSaveMs) saveRunning();
}

void ChatController::saveRunning() {
    m_running->unsaved = false;
    m_running->since_save.restart();
    saveMessage(*m_running->chat, m_running->number);
}

void ChatController::finish(Result<Answer> outcome) {
    if (!m_running) return;
    poll();
    if (!outcome) {
        if (outcome.error().kind != ErrorKind::Cancelled) return fail(outcome.error());
        dropEmptyAnswer();
        return end();
    }
    if (outcome->overflow) {
        const bool shown = m_running->chat == m_chat;
        const QString text = tr("This conversation needs %1 tokens and the model’s context has %2.")
                                 .arg(formatCount(outcome->parts.total()), formatCount(outcome->context_tokens));
        dropEmptyAnswer();
        const auto wish = m_refused_wish;
        end();
        m_refused_wish = wish;
        if (shown) emit problemFound({ChatProblem::ContextFull, text, {}});
        return;
    }
    OpenChat& chat = *m_running->chat;
    Message* message = chat.stored.tree.edit(m_running->number);
    const GenerateResult& result = outcome->result;
    message->facts.stop_reason = stopReasonName(result.reason);
    message->facts.tokens = m_running->facts_before.tokens + static_cast<std::uint32_t>(result.tokens.size());
    message->facts.prompt_tokens = static_cast<std::uint32_t>(result.prompt_tokens);
    message->facts.tokens_per_second = result.decodeTokensPerSecond();
    message->facts.first_token_seconds = result.first_token_seconds;
    if (message->text == m_running->before && (result.reason == StopReason::Cancelled || !m_running->is_new)) {
        if (result.reason == StopReason::EndOfGeneration) m_context.navigator.showStatus(tr("The model has nothing to add."));
        dropEmptyAnswer();
        return end();
    }
    if (!result.trace.tokens.empty() || !m_running->trace_before.tokens.empty()) {
        auto trace = std::make_shared<TokenTrace>(std::move(m_running->trace_before));
        const auto shift = static_cast<std::uint32_t>(m_running->before.size());
        for (TracedToken traced : result.trace.tokens) {
            traced.begin += shift;
            traced.end += shift;
            trace->tokens.push_back(std::move(traced));
        }
        chat.traces[m_running->number] = trace;
    }
    saveRunning();
    if (const auto trace = chat.traces.find(m_running->number); trace != chat.traces.end())
        m_store.save([id = chat.stored.info.id, number = m_running->number, kept = trace->second](ConversationStore& store) {
            return store.saveTrace(id, number, *kept);
        });
    if (outcome->left_out > 0)
        m_context.navigator.showStatus(tr("The oldest %n message(s) did not fit and were left out.", nullptr, static_cast<int>(outcome->left_out)));
    if (result.tokens.size() > 1) m_context.navigator.showRate(tr("%1 tokens/s").arg(formatNumber(result.decodeTokensPerSecond(), 1)));
    m_last_answer = std::move(*outcome);
    m_refused_wish.reset();
    const MessageNumber number = m_running->number;
    const bool shown = m_running->chat == m_chat;
    end();
    if (shown) emit answered(number);
}

void ChatController::fail(const Error& error) {
    const QString text = QString::fromStdString(error.message);
    const bool loading = m_running->phase == ChatPhase::Loading;
    const QString model = m_running->model;
    ChatProblem problem{loading ? ChatProblem::ModelFailed : ChatProblem::Other, text, model};
    // Computing reads fragments on first use: what is wrong with them is found here.
    if (error.kind == ErrorKind::Corrupt || error.kind == ErrorKind::NotFound) problem.kind = QFileInfo::exists(model) ? ChatProblem::BadFragment : ChatProblem::ModelFailed;
    OpenChat& chat = *m_running->chat;
    const bool shown = m_running->chat == m_chat;
    if (Message* message = chat.stored.tree.edit(m_running->number); message && message->text != m_running->before) {
        message->facts.stop_reason = "error";
        chat.errors[m_running->number] = text;
        saveRunning();
    } else {
        dropEmptyAnswer();
    }
    end();
    if (shown) emit problemFound(problem);
    else m_context.navigator.showStatus(text);
}

/// Nothing was written: the place in the tree is taken back, or the continued answer is as it was.
void ChatController::dropEmptyAnswer() {
    OpenChat& chat = *m_running->chat;
    const Message* message = chat.stored.tree.find(m_running->number);
    if (!message) return;
    if (m_running->is_new && message->text.empty()) {
        chat.stored.tree.take(m_running->number);
        return;
    }
    Message* kept = chat.stored.tree.edit(m_running->number);
    kept->facts = m_running->facts_before;
    if (kept->facts.stop_reason.empty()) kept->facts.stop_reason = stopReasonName(StopReason::Cancelled);
    if (!m_running->trace_before.tokens.empty())
        chat.traces[m_running->number] = std::make_shared<const TokenTrace>(std::move(m_running->trace_before));
    saveMessage(chat, m_running->number);
}

void ChatController::end() {
    m_poll.stop();
    const std::shared_ptr<OpenChat> chat = m_running->chat;
    m_running.reset();
    touch(*chat);
    if (chat == m_chat) emit messagesChanged();
    emit phaseChanged();
}

void ChatController::stop() {
    if (!m_running) return;
    if (m_running->job) return m_running->job->cancel();
    if (m_running->loads) return m_context.model.cancel();
    dropEmptyAnswer();
    end();
}

bool ChatController::retry(ContextPolicy policy) {
    if (!m_refused_wish || !mayStart()) return false;
    const ContextPolicy before = info().context_policy;
    m_chat->stored.info.context_policy = policy;  // for this answer
    const bool started = start(*m_refused_wish);
    m_chat->stored.info.context_policy = before;
    return started;
}

MessageNumber ChatController::runningNumber() const { return m_running && m_running->chat == m_chat ? m_running->number : kNoMessage; }

QString ChatController::runningTitle() const { return m_running ? displayTitle(m_running->chat->stored.info) : QString(); }

QString ChatController::phaseText() const {
    switch (phase()) {
        case ChatPhase::Idle:
        case ChatPhase::Writing: return {};
        case ChatPhase::Loading: {
            const Job* job = m_context.model.job();
            const double part = job ? job->fraction() : -1;
            if (part < 0) return tr("Loading %1…").arg(setTitle(m_running->model));
            return tr("Loading %1… %2 %").arg(setTitle(m_running->model)).arg(static_cast<int>(part * 100));
        }
        case ChatPhase::Reading: {
            const Job* job = m_running->job;
            if (!job || job->total() == 0) return tr("Reading the prompt…");
            return tr("Reading the prompt… %1 of %2 tokens").arg(formatCount(job->done()), formatCount(job->total()));
        }
    }
    return {};
}

// Saving

void ChatController::saveNew(OpenChat& chat) {
    chat.saved = true;
    m_store.save([info = chat.stored.info](ConversationStore& store) { return store.saveInfo(info); });
    m_context.settings.set(QStringLiteral("chat"), QStringLiteral("last"), QString::number(toInt(chat.stored.info.id)));
}

void ChatController::touch(OpenChat& chat) {
    if (!chat.saved) return;
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
