// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/sentencepiece_tokenizer.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/platform/paths.h"
#include "core/base/utf8.h"
#include "core/tokenizer/load_tokenizer.h"
#include "core/tokenizer/sentencepiece_model_file.h"

#include <sentencepiece_model.pb.h>

#include <string>
#include <utility>

namespace tessera {

namespace {

constexpr int kFatalOnly = 3;  // sentencepiece logs to standard error; its errors come back as a status too

/// Spaces as the GGUF says, whatever the file says: both paths must give the same ids.
void setSpaces(sentencepiece::ModelProto& model, bool space_prefix) {
    auto& normalizer = *model.mutable_normalizer_spec();
    normalizer.set_add_dummy_prefix(space_prefix);
    normalizer.set_remove_extra_whitespaces(false);
    normalizer.set_escape_whitespaces(true);
    model.clear_denormalizer_spec();
    model.clear_self_test_data();  // a stranger's texts, tokenized at every load
}

}  // namespace

Result<std::unique_ptr<SentencePieceTokenizer>> SentencePieceTokenizer::load(const std::filesystem::path& path,
                                                                             const TensorSource& source) {
    TESSERA_TRY(auto model, readSentencePieceModel(path, source.model().metadata));
    TESSERA_TRY(auto vocabulary, GgufTokenizer::load(source));
    setSpaces(*model, vocabulary->addsSpacePrefix());
    sentencepiece::SetMinLogLevel(kFatalOnly);
    auto processor = std::make_unique<Processor>();
    const auto status = processor->Load(std::move(model));
    if (!status.ok())
        return fail(ErrorKind::Corrupt, format("{}: sentencepiece refuses the file: {}. Remove it, and the GGUF's own vocabulary is "
                                               "used.", toUtf8(path), status.ToString()));
    return std::unique_ptr<SentencePieceTokenizer>(
        new SentencePieceTokenizer(std::move(vocabulary), std::move(processor)));
}

SentencePieceTokenizer::SentencePieceTokenizer(std::unique_ptr<GgufTokenizer> vocabulary, std::unique_ptr<Processor> processor)
    : m_vocabulary(std::move(vocabulary)), m_processor(std::move(processor)) {}

Result<std::vector<TokenId>> SentencePieceTokenizer::encode(std::string_view text, const EncodeOptions& options) const {
    if (text.size() > limits::kMaxPromptBytes)
        return fail(ErrorKind::InvalidArgument, format("the text has {}; at most {} can be tokenized at once",
                                                       formatBytes(text.size()), formatBytes(limits::kMaxPromptBytes)));
    const auto wanted = [&](const SpecialToken& token, std::size_t, std::size_t) {
        return !token.control || options.parse_special;
    };
    std::vector<TokenId> tokens;
    if (options.add_special && m_vocabulary->beginToken()) tokens.push_back(*m_vocabulary->beginToken());
    std::size_t position = 0;
    for (const auto& match : m_vocabulary->specialTokens()->find(text, wanted)) {
        TESSERA_CHECK(encodeStretch(text.substr(position, match.begin - position), tokens));
        tokens.push_back(match.token->id);
        position = match.end;
    }
    TESSERA_CHECK(encodeStretch(text.substr(position), tokens));
    if (options.add_special && m_vocabulary->endToken()) tokens.push_back(*m_vocabulary->endToken());
    return tokens;
}

Result<void> SentencePieceTokenizer::encodeStretch(std::string_view text, std::vector<TokenId>& out) const {
    if (text.empty()) return {};
    if (validUtf8Prefix(text) != text.size()) {
        // sentencepiece would put U+FFFD for the invalid bytes; the vocabulary's byte tokens keep them.
        TESSERA_TRY(const auto tokens, m_vocabulary->encode(text, {false, false}));
        out.insert(out.end(), tokens.begin(), tokens.end());
        return {};
    }
    std::vector<int> ids;
    const auto status = m_processor->Encode(text, &ids);
    if (!status.ok()) return fail(ErrorKind::Corrupt, format("sentencepiece cannot tokenize the text: {}", status.ToString()));
    for (const int id : ids) out.push_back(TokenId{id});
    return {};
}

Result<std::unique_ptr<Tokenizer>> loadSentencePieceTokenizer(const std::filesystem::path& model, const TensorSource& source) {
    TESSERA_TRY(auto tokenizer, SentencePieceTokenizer::load(model, source));
    return std::unique_ptr<Tokenizer>(std::move(tokenizer));
}

}  // namespace tessera
