// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/vocabulary_check.h"

#include "core/base/format.h"
#include "core/base/quote.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tessera {

namespace {

constexpr std::string_view kTokens = "tokenizer.ggml.tokens";
constexpr std::string_view kTypes = "tokenizer.ggml.token_type";
constexpr std::int64_t kByteToken = 6;  // LLAMA_TOKEN_TYPE_BYTE

Result<void> checkTokens(const MetadataArray& tokens) {
    if (tokens.element_type != MetadataType::String)
        return fail(ErrorKind::Corrupt, format("{} is an array of {}, not of strings", kTokens, metadataTypeName(tokens.element_type)));
    if (tokens.count == 0 || tokens.count > static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max()))
        return fail(ErrorKind::Corrupt, format("{} has {} tokens", kTokens, tokens.count));
    std::unordered_map<std::string, std::size_t> ids;
    ids.reserve(tokens.strings.size());
    for (std::size_t id = 0; id < tokens.strings.size(); ++id) {
        const std::string& text = tokens.strings[id];
        // libllama names an empty token so.
        const auto [first, added] = ids.emplace(text.empty() ? format("[EMPTY_{}]", id) : text, id);
        if (!added)
            return fail(ErrorKind::Corrupt, format("{}: tokens {} and {} are both {}", kTokens, first->second, id, inQuotes(text, 60)));
    }
    return {};
}

Result<void> checkTypes(const Metadata& metadata, std::uint64_t token_count, std::string_view model) {
    if (!metadata.find(kTypes)) return {};
    TESSERA_TRY(const MetadataArray* types, metadata.array(kTypes));
    if (types->element_type != MetadataType::Int32)
        return fail(ErrorKind::Corrupt, format("{} is an array of {}, not of int32", kTypes, metadataTypeName(types->element_type)));
    if (types->count < token_count)
        return fail(ErrorKind::Corrupt, format("{} has {} entries for {} tokens", kTypes, types->count, token_count));
    if (model != "bert") return {};
    for (std::uint64_t id = 0; id < token_count; ++id)
        if (types->integerAt(id) == kByteToken)
            return fail(ErrorKind::Corrupt, format("{}: token {} is a byte token, which a \"bert\" vocabulary cannot have", kTypes, id));
    return {};
}

}  // namespace

Result<void> checkVocabulary(const Metadata& metadata) {
    const auto model = metadata.string("tokenizer.ggml.model");
    if (!model && model.error().kind == ErrorKind::NotFound)
        return fail(ErrorKind::Unsupported, "the model has no vocabulary (tokenizer.ggml.model is missing)");
    if (!model) return tl::unexpected(model.error());
    if (*model == "no_vocab" || *model == "none")
        return fail(ErrorKind::Unsupported, format("the model has no vocabulary (tokenizer.ggml.model is {})", inQuotes(*model)));
    TESSERA_TRY(const MetadataArray* tokens, metadata.array(kTokens));
    TESSERA_CHECK(checkTokens(*tokens));
    return checkTypes(metadata, tokens->count, *model);
}

}  // namespace tessera
