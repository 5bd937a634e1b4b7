// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/answer/answer_format.h"

#include "core/chat/answer/families.h"
#include "core/tokenizer/special_tokens.h"

#include <algorithm>

namespace tessera {

namespace {

using namespace answer;

/// The narrower before the wider: several use <tool_call>, and Llama models were trained on it too.
constexpr std::array kFamilies{&kHarmony, &kDeepSeek, &kKimi, &kMistral, &kGlm, &kQwenCoder, &kSmolLm3, &kHermes, &kGranite3, &kLlama3};

/// What is there already is left alone.
void join(AnswerFormat& format, const AnswerFormat& other) {
    for (const SpanOpener& opener : other.openers)
        if (std::ranges::find(format.openers, opener.marker, &SpanOpener::marker) == format.openers.end()) format.openers.push_back(opener);
    for (const std::string_view marker : other.markers)
        if (std::ranges::find(format.markers, marker) == format.markers.end()) format.markers.push_back(marker);
}

void addReasoning(AnswerFormat& format, const TagPair& tags) {
    format.openers.push_back(reasoningOpener(tags));
    format.markers.push_back(tags.close);
}

}  // namespace

AnswerFormat answerFormat(std::string_view template_source, bool knows_tools) {
    AnswerFormat format{.name = "plain", .openers = {}};
    for (const Family* family : kFamilies) {
        if (!family->recognises(template_source)) continue;
        format = family->format(template_source);
        break;
    }
    format.told_in_words = !knows_tools || format.openers.empty();
    if (format.told_in_words) {
        const AnswerFormat told = toldInWords();
        join(format, told);
        format.form = told.form;
    }
    for (const TagPair& tags : kReasoningTags) {
        // Templates of models that think do not always say so. Other tags may be what somebody asked the model to write.
        const bool usual = &tags == &kReasoningTags.front();
        if (usual || template_source.find(tags.close) != std::string_view::npos) addReasoning(format, tags);
    }
    return format;
}

const AnswerFormat& anyAnswerFormat() {
    static const AnswerFormat format = [] {
        AnswerFormat all{.name = "any", .openers = {}};
        for (const Family* family : kFamilies) join(all, family->format({}));
        // An answer in JSON is one.
        std::erase_if(all.openers, [](const SpanOpener& opener) { return opener.place == SpanOpener::Place::AnswerStart; });
        for (const TagPair& tags : kReasoningTags) addReasoning(all, tags);
        return all;
    }();
    return format;
}

std::vector<TokenId> markerTokens(const AnswerFormat& format, const Tokenizer& tokenizer) {
    std::vector<TokenId> tokens;
    const SpecialTokens* special = tokenizer.specialTokens();
    if (!special) return tokens;
    const auto look = [&](std::string_view marker) {
        const auto whole = [&](const SpecialToken& token, std::size_t begin, std::size_t end) { return token.control && begin == 0 && end == marker.size(); };
        for (const auto& match : special->findAll(marker, whole)) tokens.push_back(match.token->id);
    };
    for (const SpanOpener& opener : format.openers) look(opener.marker);
    for (const std::string_view marker : format.markers) look(marker);
    return tokens;
}

std::string promptEnd(const std::vector<PromptPart>& parts) {
    std::string text;
    for (auto part = parts.rbegin(); part != parts.rend() && !part->typed; ++part) text.insert(0, part->text);
    return text;
}

std::string_view begunByPrompt(const AnswerFormat& format, std::string_view prompt) {
    std::string_view trimmed = prompt;
    while (!trimmed.empty() && isBlank(trimmed.back())) trimmed.remove_suffix(1);
    for (const SpanOpener& opener : format.openers)
        if (!opener.prompt_end.empty() && trimmed.ends_with(opener.prompt_end)) return prompt.substr(trimmed.size() - opener.prompt_end.size());
    return {};
}

}  // namespace tessera
