// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/chat_template.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/quote.h"
#include "core/tokenizer/control_text_seal.h"
#include "core/tokenizer/special_tokens.h"
#include "core/tokenizer/template_guard.h"
#include "core/tokenizer/template_values.h"

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

/// What the engine says to a source that it does not take, without its quotation of the source; "" when it takes it.
template <class Read>
std::string complaint(const Read& read) {
    try {
        read();
        return {};
    } catch (const std::exception& error) {
        const std::string_view report = error.what();
        return std::string(report.substr(0, report.find("\n...")));
    }
}

/// The engine seldom tells where. The shortest beginning that meets with the same complaint ends there.
template <class Read>
std::size_t shortestWithSameComplaint(std::size_t size, const std::string& same, const Read& read_first) {
    std::size_t good = 0;
    std::size_t bad = size;
    while (good + 1 < bad) {
        const std::size_t middle = good + (bad - good) / 2;
        (complaint([&] { read_first(middle); }) == same ? bad : good) = middle;
    }
    return bad;
}

std::string lineAndColumn(std::string_view source, std::size_t position) {
    const std::string_view before = source.substr(0, position);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    return format("line {}, column {}", line, before.size() - (before.rfind('\n') + 1) + 1);
}

Result<jinja::lexer_result> readTokens(const std::string& source) {
    jinja::lexer_result tokens;
    const auto refused = complaint([&] { tokens = jinja::lexer().tokenize(source); });
    if (refused.empty()) return tokens;
    const auto end = shortestWithSameComplaint(source.size(), refused, [&](std::size_t size) { jinja::lexer().tokenize(source.substr(0, size)); });
    return fail(ErrorKind::Unsupported, format("the chat template does not parse near {}: {}", lineAndColumn(source, end - 1),
                                               oneLine(refused, 300)));
}

Result<jinja::program> parseTokens(const std::string& source, const jinja::lexer_result& tokens) {
    jinja::program program;
    program.pos = 0;
    const auto refused = complaint([&] { program = jinja::parse_from_tokens(tokens); });
    if (refused.empty()) return program;
    const auto count = shortestWithSameComplaint(tokens.tokens.size(), refused, [&](std::size_t size) {
        jinja::lexer_result first{tokens.tokens, tokens.source};
        first.tokens.resize(size);
        jinja::parse_from_tokens(first);
    });
    const std::size_t position = count == 0 ? 0 : tokens.tokens[count - 1].pos;
    return fail(ErrorKind::Unsupported, format("the chat template does not parse near {}: {}", lineAndColumn(source, position),
                                               oneLine(refused, 300)));
}

jinja::value text(std::string value) { return jinja::mk_val<jinja::value_string>(std::move(value)); }

std::string tokenText(const Tokenizer& tokenizer, std::optional<TokenId> token) {
    return token ? tokenizer.piece(*token, true) : std::string();
}

/// What the budget counts with. Templates write tools with indentation.
std::size_t inputBytes(const std::vector<ChatMessage>& messages, const std::vector<Tool>& tools) {
    std::size_t bytes = 0;
    for (const ChatMessage& message : messages) {
        bytes += message.content.size() + message.reasoning.size();
        for (const ToolCall& call : message.tool_calls) bytes += call.name.size() + call.arguments.size();
    }
    for (const Tool& tool : tools) bytes += 2 * (tool.description.size() + tool.parameters.size());
    return bytes;
}

}  // namespace

struct ChatTemplate::Impl {
    std::string source;
    bool fallback = false;
    std::string bos;
    std::string eos;
    SpecialTokens special;        // a copy: the tokenizer may go first
    jinja::program program;
    TemplateForms forms;
    bool system_role = true;      // false: the template refuses or drops system messages
    bool tools = false;           // the template tells of tools
    bool tool_calls = false;      // and of calls, and what came of them
    mutable TemplateBudget budget;

    Result<void> parse();
    Result<std::vector<PromptPart>> run(const TemplateValues& values, std::size_t input_bytes, bool add_generation_prompt, const TemplateInputs& inputs) const;
};

Result<void> ChatTemplate::Impl::parse() {
    if (source.size() > limits::kMaxTemplateBytes)
        return fail(ErrorKind::Unsupported, format("the chat template has {}; at most {} are read", formatBytes(source.size()),
                                                   formatBytes(limits::kMaxTemplateBytes)));
    TESSERA_TRY(const jinja::lexer_result tokens, readTokens(source));
    if (auto shallow = checkTemplateNesting(tokens); !shallow) return failAt("the chat template cannot be used", shallow.error());
    TESSERA_TRY(program, parseTokens(source, tokens));
    guardTemplate(program, budget);
    try {
        budget.start(0);
        const jinja::caps capabilities = jinja::caps_get(program);
        forms.typed_content = !capabilities.supports_string_content && capabilities.supports_typed_content;
        forms.object_arguments = capabilities.supports_object_arguments;
        forms.null_content = source.find("content'] is not none") != std::string::npos;
        system_role = capabilities.supports_system_role;
        // SmolLM3 has a name of its own for them, which llama.cpp does not try.
        tools = capabilities.supports_tools || source.find("xml_tools") != std::string::npos;
        tool_calls = capabilities.supports_tool_calls;
        if (budget.exceeded()) return fail(ErrorKind::Unsupported, format("the chat template is stopped: {}", budget.exceeded()));
    } catch (const std::exception& error) {
        return fail(ErrorKind::Unsupported, format("the chat template cannot be tried: {}", oneLine(error.what(), 400)));
    }
    return {};
}

Result<std::vector<PromptPart>> ChatTemplate::Impl::run(const TemplateValues& values, std::size_t input_bytes, bool add_generation_prompt,
                                                        const TemplateInputs& inputs) const {
    budget.start(input_bytes);
    try {
        jinja::context context(source);
        context.set_val("messages", values.messages(forms));
        context.set_val("bos_token", text(bos));
        context.set_val("eos_token", text(eos));
        const jinja::value offered = values.tools();
        context.set_val("tools", offered);
        if (!inputs.tools.empty()) context.set_val("xml_tools", offered);
        if (inputs.thinking) {
            context.set_val("enable_thinking", jinja::mk_val<jinja::value_bool>(*inputs.thinking));
            context.set_val("thinking", jinja::mk_val<jinja::value_bool>(*inputs.thinking));  // DeepSeek's name for it
        }
        if (!inputs.reasoning_effort.empty()) context.set_val("reasoning_effort", text(inputs.reasoning_effort));
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
    if (tokenizer.specialTokens()) impl->special = *tokenizer.specialTokens();
    TESSERA_CHECK(impl->parse());
    return std::unique_ptr<ChatTemplate>(new ChatTemplate(std::move(impl)));
}

Result<std::vector<PromptPart>> ChatTemplate::render(const std::vector<ChatMessage>& messages, bool add_generation_prompt,
                                                     const TemplateInputs& inputs) const {
    std::vector<ChatMessage> sent = messages;
    if (!m_impl->system_role && sent.size() >= 2 && sent[0].role == "system" && sent[1].role == "user") {
        sent[1].content = sent[0].content + '\n' + sent[1].content;
        sent.erase(sent.begin());
    }
    ControlTextSeal seal(m_impl->special);
    TESSERA_TRY(const TemplateValues values, TemplateValues::read(sent, inputs.tools, seal));
    values.showTo(seal);
    TESSERA_CHECK(seal.choose());
    TESSERA_TRY(auto parts, m_impl->run(values, inputBytes(sent, inputs.tools), add_generation_prompt, inputs));
    seal.unseal(parts);
    return parts;
}

bool ChatTemplate::knowsTools() const { return m_impl->tools; }
bool ChatTemplate::knowsToolCalls() const { return m_impl->tool_calls; }
const std::string& ChatTemplate::source() const { return m_impl->source; }
bool ChatTemplate::isFallback() const { return m_impl->fallback; }

}  // namespace tessera
