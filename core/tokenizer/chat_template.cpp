// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/chat_template.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/quote.h"
#include "core/tokenizer/template_guard.h"

#include <jinja/caps.h>
#include <jinja/lexer.h>
#include <jinja/parser.h>
#include <jinja/runtime.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace tessera {

namespace {

constexpr std::string_view kKey = "tokenizer.chat_template";

/// Models of the Zephyr family, TinyLlama-Chat among them, speak so.
constexpr std::string_view kZephyr =
    "{% for message in messages %}{{ '<|' + message['role'] + '|>\\n' + message['content'] + eos_token + '\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}";

/// The error that a function of the template raised, without the engine's report around it.
struct TemplateFailure {
    bool raised = false;  // by raise_exception: the template's own words
    std::string words;
    std::string place;    // "line 3, column 14", "" when unknown
};

std::string between(std::string_view text, std::string_view before, std::string_view after) {
    const auto begin = text.find(before);
    if (begin == std::string_view::npos) return {};
    text.remove_prefix(begin + before.size());
    return std::string(text.substr(0, text.find(after)));
}

TemplateFailure readFailure(std::string_view report) {
    constexpr std::string_view kError = "\nError: ";
    constexpr std::string_view kRaised = "Jinja Exception: ";
    TemplateFailure failure;
    failure.place = between(report, " at line ", " in source");
    if (!failure.place.empty()) failure.place = "line " + failure.place;
    if (const auto begin = report.find(kError); begin != std::string_view::npos) report.remove_prefix(begin + kError.size());
    failure.raised = report.starts_with(kRaised);
    if (failure.raised) report.remove_prefix(kRaised.size());
    failure.words = oneLine(report, 400);
    return failure;
}

/// Where a parser's report points: it quotes the source around the place ("…" lines, a caret below).
std::string readPosition(const std::string& source, std::string_view report) {
    const auto quote_begin = report.find("\n...");
    const auto caret = report.rfind('^');
    const auto quote_end = report.rfind("...\n");
    if (quote_begin == std::string_view::npos || caret == std::string_view::npos || quote_end <= quote_begin) return {};
    std::string quote(report.substr(quote_begin + 4, quote_end - quote_begin - 4));
    for (std::size_t at; (at = quote.find("\xE2\x86\xB5")) != std::string::npos;) quote = quote.substr(0, at) + '\n' + quote.substr(at + 3);
    const auto start = source.find(quote);
    if (start == std::string::npos || source.find(quote, start + 1) != std::string::npos) return {};
    const std::size_t column = caret - (quote_end + 4);
    const std::size_t position = std::min(start + (column < 3 ? 0 : column - 3), source.size());
    const auto line = 1 + std::count(source.begin(), source.begin() + static_cast<std::ptrdiff_t>(position), '\n');
    return format(", line {}", line);
}

jinja::value text(std::string value) { return jinja::mk_val<jinja::value_string>(std::move(value)); }

jinja::value typedText(const std::string& value) {
    auto string = jinja::mk_val<jinja::value_string>(value);
    string->mark_input();
    return string;
}

std::string tokenText(const Tokenizer& tokenizer, std::optional<TokenId> token) {
    return token ? tokenizer.piece(*token, true) : std::string();
}

}  // namespace

struct ChatTemplate::Impl {
    std::string source;
    bool fallback = false;
    std::string bos;
    std::string eos;
    jinja::program program;
    bool typed_content = false;   // content as [{"type": "text", "text": …}], the only form the template takes
    bool system_role = true;      // false: the template refuses or drops system messages
    mutable TemplateBudget budget;

    Result<void> parse();
    jinja::value messagesValue(const std::vector<ChatMessage>& messages) const;
    Result<std::vector<PromptPart>> run(const std::vector<ChatMessage>& messages, bool add_generation_prompt) const;
};

Result<void> ChatTemplate::Impl::parse() {
    if (source.size() > limits::kMaxTemplateBytes)
        return fail(ErrorKind::Unsupported, format("the chat template has {}; at most {} are read", formatBytes(source.size()),
                                                   formatBytes(limits::kMaxTemplateBytes)));
    try {
        const jinja::lexer_result tokens = jinja::lexer().tokenize(source);
        if (auto shallow = checkTemplateNesting(tokens); !shallow) return failAt("the chat template cannot be used", shallow.error());
        program = jinja::parse_from_tokens(tokens);
        guardTemplate(program, budget);
        budget.start(0);
        const jinja::caps capabilities = jinja::caps_get(program);
        typed_content = !capabilities.supports_string_content && capabilities.supports_typed_content;
        system_role = capabilities.supports_system_role;
    } catch (const std::exception& error) {
        return fail(ErrorKind::Unsupported, format("the chat template does not parse{}: {}", readPosition(source, error.what()),
                                                   oneLine(error.what(), 400)));
    }
    return {};
}

jinja::value ChatTemplate::Impl::messagesValue(const std::vector<ChatMessage>& messages) const {
    auto list = jinja::mk_val<jinja::value_array>();
    for (const ChatMessage& message : messages) {
        jinja::value content = typedText(message.content);
        if (typed_content) {
            auto part = jinja::mk_val<jinja::value_object>();
            part->insert(text("type"), text("text"));
            part->insert(text("text"), content);
            auto parts = jinja::mk_val<jinja::value_array>();
            parts->push_back(jinja::value(part));
            content = parts;
        }
        auto object = jinja::mk_val<jinja::value_object>();
        object->insert(text("role"), text(message.role));
        object->insert(text("content"), content);
        list->push_back(jinja::value(object));
    }
    return list;
}

Result<std::vector<PromptPart>> ChatTemplate::Impl::run(const std::vector<ChatMessage>& messages,
                                                        bool add_generation_prompt) const {
    std::size_t input_bytes = 0;
    for (const ChatMessage& message : messages) input_bytes += message.content.size();
    budget.start(input_bytes);
    try {
        jinja::context context(source);
        context.set_val("messages", messagesValue(messages));
        context.set_val("bos_token", text(bos));
        context.set_val("eos_token", text(eos));
        context.set_val("tools", jinja::mk_val<jinja::value_none>());
        context.set_val("add_generation_prompt", jinja::mk_val<jinja::value_bool>(add_generation_prompt));
        const jinja::value results = jinja::runtime(context).execute(program);
        const jinja::value_string rendered = jinja::runtime::gather_string_parts(results);
        std::vector<PromptPart> parts;
        for (auto& part : rendered->val_str.parts)
            if (!part.val.empty()) parts.push_back({std::move(part.val), part.is_input});
        return parts;
    } catch (const std::exception& error) {
        if (budget.exceeded()) return fail(ErrorKind::Unsupported, format("the chat template is stopped: {}", budget.exceeded()));
        const TemplateFailure failure = readFailure(error.what());
        if (failure.raised) return fail(ErrorKind::InvalidArgument, format("the chat template refuses these messages: {}", failure.words));
        return fail(ErrorKind::Unsupported, format("the chat template fails{}{}: {}", failure.place.empty() ? "" : " at ",
                                                   failure.place, failure.words));
    }
}

ChatTemplate::ChatTemplate(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
ChatTemplate::~ChatTemplate() = default;

Result<std::unique_ptr<ChatTemplate>> ChatTemplate::fromMetadata(const Metadata& metadata, const Tokenizer& tokenizer) {
    std::string_view source;
    if (metadata.find(kKey)) {
        TESSERA_TRY(source, metadata.string(kKey));
    }
    const bool fallback = source.empty();
    TESSERA_TRY(auto made, fromSource(fallback ? kZephyr : source, tokenizer));
    made->m_impl->fallback = fallback;
    return made;
}

Result<std::unique_ptr<ChatTemplate>> ChatTemplate::fromSource(std::string_view jinja, const Tokenizer& tokenizer) {
    auto impl = std::make_unique<Impl>();
    impl->source = jinja;
    impl->bos = tokenText(tokenizer, tokenizer.bos());
    impl->eos = tokenText(tokenizer, tokenizer.eos());
    TESSERA_CHECK(impl->parse());
    return std::unique_ptr<ChatTemplate>(new ChatTemplate(std::move(impl)));
}

Result<std::vector<PromptPart>> ChatTemplate::render(const std::vector<ChatMessage>& messages, bool add_generation_prompt) const {
    if (m_impl->system_role || messages.size() < 2 || messages[0].role != "system" || messages[1].role != "user")
        return m_impl->run(messages, add_generation_prompt);
    std::vector<ChatMessage> joined(messages.begin() + 1, messages.end());
    joined[0].content = messages[0].content + '\n' + messages[1].content;
    return m_impl->run(joined, add_generation_prompt);
}

const std::string& ChatTemplate::source() const { return m_impl->source; }
bool ChatTemplate::isFallback() const { return m_impl->fallback; }

}  // namespace tessera
