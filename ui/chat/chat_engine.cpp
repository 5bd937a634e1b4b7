// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/chat_engine.h"

#include <algorithm>
#include <iterator>

namespace tessera::ui {
namespace {

constexpr std::uint32_t kDefaultContext = 4096;  // as SessionOptions::context_tokens says
constexpr int kUsualAnswer = 512;

std::uint32_t contextOf(const LoadedModel& model, const SessionOptions& options) {
    if (options.context_tokens > 0) return options.context_tokens;
    const std::uint32_t trained = model.engine->facts().training_context;
    return trained > 0 ? std::min(trained, kDefaultContext) : kDefaultContext;
}

}  // namespace

void AnswerStream::add(std::string_view text) {
    const auto now = Clock::now();
    const std::lock_guard lock(m_mutex);
    if (m_pieces++ == 0) m_first = now;
    m_last = now;
    m_text += text;
}

void AnswerStream::add(TracedToken token) {
    const std::lock_guard lock(m_mutex);
    m_tokens.push_back(std::move(token));
}

AnswerStream::Growth AnswerStream::take() {
    const std::lock_guard lock(m_mutex);
    Growth growth{std::exchange(m_text, {}), std::exchange(m_tokens, {}), 0, m_pieces};
    const double seconds = std::chrono::duration<double>(m_last - m_first).count();
    if (m_pieces > 1 && seconds > 0) growth.tokens_per_second = static_cast<double>(m_pieces - 1) / seconds;
    return growth;
}

ChatEngine::ChatEngine(std::shared_ptr<LoadedModel> model, SessionOptions options, std::unique_ptr<ChatTemplate> own_template)
    : m_model(std::move(model)), m_options(std::move(options)), m_context_tokens(contextOf(*m_model, m_options)), m_own_template(std::move(own_template)) {}

std::string ChatEngine::templateSource() const { return chatTemplate() ? chatTemplate()->source() : std::string(); }

std::uint32_t ChatEngine::reserve(int max_tokens) const {
    const int wanted = max_tokens >= 0 ? std::min(max_tokens, kUsualAnswer) : kUsualAnswer;
    return std::min(static_cast<std::uint32_t>(wanted), m_context_tokens / 8);
}

Result<PromptPlan> ChatEngine::plan(PromptRequest request) const {
    if (!chatTemplate()) return fail(ErrorKind::Unsupported, "this model was opened without its chat template");
    request.context_tokens = m_context_tokens;
    const std::lock_guard lock(m_template_mutex);
    return planPrompt(*m_model->tokenizer, *chatTemplate(), request);
}

Result<void> ChatEngine::prepareSession() {
    if (m_session) return {};
    m_cached.clear();
    TESSERA_TRY(m_session, m_model->engine->createSession(m_options));
    return {};
}

Result<Answer> ChatEngine::answer(AnswerRequest request, AnswerStream& stream, const Operation& operation) {
    const std::lock_guard lock(m_mutex);
    TESSERA_CHECK(operation.checkStop());
    request.prompt.reserve = reserve(request.options.max_tokens);
    TESSERA_TRY(PromptPlan prompt, plan(request.prompt));
    Answer answer;
    answer.parts = prompt.parts;
    answer.context_tokens = m_context_tokens;
    answer.left_out = prompt.left_out;
    answer.overflow = !prompt.fits;
    if (answer.overflow) return answer;
    TESSERA_CHECK(prepareSession());
    request.options.answer_so_far.assign(prompt.tokens.end() - static_cast<std::ptrdiff_t>(prompt.answer_tokens), prompt.tokens.end());
    auto generated = write(request, prompt, 0, stream, operation);
    if (!generated) {
        m_session.reset();  // whatever it holds now is not to be trusted
        return tl::unexpected(std::move(generated).error());
    }
    answer.result = std::move(*generated);
    TESSERA_CHECK(goOn(request, answer, stream, operation));
    return answer;
}

/// Places of tokens count from the beginning of the answer, of which `text_before` bytes are written.
Result<GenerateResult> ChatEngine::write(AnswerRequest& request, const PromptPlan& prompt, std::size_t text_before, AnswerStream& stream, const Operation& operation) {
    const auto place = [shift = static_cast<std::uint32_t>(text_before)](TracedToken& traced) {
        traced.begin += shift;
        traced.end += shift;
    };
    request.options.on_token = [&stream, place](TracedToken traced) {
        place(traced);
        stream.add(std::move(traced));
    };
    request.options.text_before = prompt.begun;
    request.options.shown_tokens = prompt.markers;
    const auto show = [&stream](std::string_view text) { stream.add(text); };
    TESSERA_TRY(GenerateResult written, generate(*m_session, *m_model->tokenizer, m_cached, prompt.tokens, request.options, show, operation));
    std::ranges::for_each(written.trace.tokens, place);
    return written;
}

Result<void> ChatEngine::goOn(AnswerRequest& request, Answer& answer, AnswerStream& stream, const Operation& operation) {
    GenerateResult& whole = answer.result;
    if (!request.prompt.continue_answer) request.prompt.messages.push_back({"assistant", {}});
    request.prompt.continue_answer = true;
    const int limit = request.options.max_tokens;
    std::vector<TokenId> so_far = request.options.answer_so_far;
    so_far.insert(so_far.end(), whole.tokens.begin(), whole.tokens.end());
    while (whole.reason == StopReason::ContextFull && request.prompt.policy == ContextPolicy::Slide) {
        request.prompt.answer_tokens = so_far;
        TESSERA_TRY(const PromptPlan prompt, plan(request.prompt));
        if (!prompt.fits) return {};  // question and answer alone fill the context
        if (limit >= 0) request.options.max_tokens = std::max(0, limit - static_cast<int>(whole.tokens.size()));
        request.options.answer_so_far = so_far;
        TESSERA_TRY(GenerateResult more, write(request, prompt, whole.text.size(), stream, operation));
        so_far.insert(so_far.end(), more.tokens.begin(), more.tokens.end());
        answer.left_out = prompt.left_out;
        answer.parts = prompt.parts;
        whole.tokens.insert(whole.tokens.end(), more.tokens.begin(), more.tokens.end());
        std::ranges::move(more.trace.tokens, std::back_inserter(whole.trace.tokens));
        whole.text += more.text;
        whole.decode_seconds += more.prefill_seconds + more.decode_seconds;
        whole.reason = more.reason;
    }
    return {};
}

}  // namespace tessera::ui
