// SPDX-License-Identifier: GPL-3.0-or-later
// ChatController: from the wish for an answer to the answer.
#include "ui/chat/chat_controller.h"

#include "ui/jobs/job_runner.h"
#include "ui/model/model_options.h"
#include "ui/settings/settings.h"
#include "ui/widgets/error_text.h"
#include "ui/widgets/text_format.h"

#include <QDateTime>
#include <QFileInfo>

namespace tessera::ui {
namespace {

const QString kTemplates = QStringLiteral("templates");  // by model
constexpr int kSaveMs = 700;  // with the poll and the commit: less than a second behind the screen
constexpr int kAlternatives = 8;

std::int64_t now() { return QDateTime::currentMSecsSinceEpoch(); }

}  // namespace

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
    running.trace = std::move(wish.trace);
    running.traced_before = running.trace.tokens.size();
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
            emit problemFound({ChatProblem::Other, errorText(number.error()), {}});
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
    AnswerStream::Growth growth = m_running->stream->take();
    addTraced(std::move(growth.tokens));
    if (growth.started() && m_running->phase == ChatPhase::Reading) {
        m_running->phase = ChatPhase::Writing;
        emit phaseChanged();
    }
    if (!growth.text.empty()) {
        Message* message = m_running->chat->stored.tree.edit(m_running->number);
        message->text += growth.text;
        m_running->unsaved = true;
        if (m_running->chat == m_chat) emit answerGrew(QString::fromStdString(message->text), growth.pieces);
        if (growth.tokens_per_second > 0) m_context.navigator.showRate(tr("%1 tokens/s").arg(formatNumber(growth.tokens_per_second, 1)));
    }
    if (m_running->unsaved && m_running->since_save.elapsed() >= kSaveMs) saveRunning();
}

/// Their places count from where this answer began to be written.
void ChatController::addTraced(std::vector<TracedToken> tokens) {
    const auto shift = static_cast<std::uint32_t>(m_running->before.size());
    for (TracedToken& traced : tokens) {
        traced.begin += shift;
        traced.end += shift;
        m_running->trace.tokens.push_back(std::move(traced));
    }
}

void ChatController::saveRunning() {
    m_running->unsaved = false;
    m_running->since_save.restart();
    OpenChat& chat = *m_running->chat;
    saveMessage(chat, m_running->number);
    if (TokenTrace trace = writtenTrace(); !trace.tokens.empty())
        m_store.save([id = chat.stored.info.id, number = m_running->number, kept = std::move(trace)](ConversationStore& store) { return store.saveTrace(id, number, kept); });
}

/// Tokens come before their text.
TokenTrace ChatController::writtenTrace() const {
    TokenTrace trace = m_running->trace;
    std::erase_if(trace.tokens, [length = m_running->chat->stored.tree.find(m_running->number)->text.size()](const TracedToken& traced) { return traced.end > length; });
    return trace;
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
    // At the end a stop string may have cut what the last tokens said.
    m_running->trace.tokens.resize(m_running->traced_before);
    addTraced(result.trace.tokens);
    saveRunning();
    keepTrace();
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
    const QString text = errorText(error);
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
        keepTrace();
    } else {
        dropEmptyAnswer();
    }
    end();
    if (shown) emit problemFound(problem);
    else m_context.navigator.showStatus(text);
}

void ChatController::keepTrace() {
    if (TokenTrace trace = writtenTrace(); !trace.tokens.empty()) m_running->chat->traces[m_running->number] = std::make_shared<const TokenTrace>(std::move(trace));
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
    m_running->trace.tokens.resize(m_running->traced_before);
    keepTrace();
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

}  // namespace tessera::ui
