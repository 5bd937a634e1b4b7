// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/gguf_tokenizer.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/tokenizer/llama_log_capture.h"
#include "core/tokenizer/load_tokenizer.h"
#include "core/tokenizer/long_runs.h"
#include "core/tokenizer/vocabulary_check.h"

#include <gguf.h>

#include <algorithm>
#include <array>
#include <exception>
#include <string>
#include <utility>

namespace tessera {

namespace {

/// Their text is looked for only when special tokens are parsed, and not shown.
constexpr unsigned kHiddenAttributes = LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_UNKNOWN;

constexpr std::string_view kClosingTag = "</s>";

struct FreeGguf {
    void operator()(gguf_context* context) const { gguf_free(context); }
};

std::optional<TokenId> tokenOrNone(llama_token token) {
    if (token == LLAMA_TOKEN_NULL) return std::nullopt;
    return TokenId{token};
}

const char* typeName(enum llama_vocab_type type) {
    switch (type) {
        case LLAMA_VOCAB_TYPE_NONE: return "no vocabulary";
        case LLAMA_VOCAB_TYPE_SPM: return "SPM";
        case LLAMA_VOCAB_TYPE_BPE: return "BPE";
        case LLAMA_VOCAB_TYPE_WPM: return "WPM";
        case LLAMA_VOCAB_TYPE_UGM: return "UGM";
        case LLAMA_VOCAB_TYPE_RWKV: return "RWKV";
        case LLAMA_VOCAB_TYPE_PLAMO2: return "PLaMo2";
        case LLAMA_VOCAB_TYPE_TEST: return "test";
    }
    return "unknown";
}

/// libllama's rule for the vocabularies of gpt-oss, Phi-4-mini and Llama 4 cuts before every combining mark, and so through
/// the words of Hindi, Thai or Arabic. It has the makers' rule, too, under another model's name, which also makes a piece that
/// is a token that token without asking the merges (ignore_merges): so does tiktoken, in which OpenAI's and Meta's vocabularies
/// are written, and so do gpt-oss's tokenizer.json and Hugging Face's conversion of Llama 4 (TikTokenConverter).
void choosePreTokenizer(gguf_context* gguf) {
    constexpr const char* kKey = "tokenizer.ggml.pre";
    const std::int64_t key = gguf_find_key(gguf, kKey);
    if (key < 0 || gguf_get_kv_type(gguf, key) != GGUF_TYPE_STRING) return;
    const std::string_view name = gguf_get_val_str(gguf, key);
    if (name == "gpt-4o" || name == "llama4") gguf_set_val_str(gguf, kKey, "granite-embed-multi-97m");
}

/// libllama offers no question for it: the key, else what it takes for the vocabulary's type.
bool readSpacePrefix(const Metadata& metadata) {
    if (const auto flag = metadata.boolean("tokenizer.ggml.add_space_prefix")) return *flag;
    const auto model = metadata.string("tokenizer.ggml.model");
    return model && *model == "llama";
}

Result<llama_model*> loadVocabulary(const std::vector<std::byte>& header) {
    const LlamaLogCapture log;
    const auto refused = [&](std::string_view reason) {
        return fail(ErrorKind::Corrupt, format("libllama refuses the model's vocabulary: {}", reason));
    };
    try {
        const gguf_init_params header_only{/*no_alloc*/ true, /*ctx*/ nullptr};
        const std::unique_ptr<gguf_context, FreeGguf> gguf(gguf_init_from_buffer(header.data(), header.size(), header_only));
        if (!gguf) return refused(log.firstError().empty() ? "the header cannot be read" : log.firstError());
        choosePreTokenizer(gguf.get());
        llama_model_params parameters = llama_model_default_params();
        std::array<ggml_backend_dev_t, 1> no_devices{nullptr};
        parameters.vocab_only = true;
        parameters.devices = no_devices.data();
        parameters.n_gpu_layers = 0;
        llama_model* model = llama_model_init_from_user(gguf.get(), nullptr, nullptr, parameters);
        if (!model) return refused(log.firstError().empty() ? "no reason given" : log.firstError());
        return model;
    } catch (const std::exception& error) {
        return refused(error.what());
    }
}

}  // namespace

Result<std::unique_ptr<GgufTokenizer>> GgufTokenizer::load(const TensorSource& source) {
    TESSERA_CHECK(checkVocabulary(source.model().metadata));
    TESSERA_TRY(const std::vector<std::byte> header, source.headerBytes(0));
    TESSERA_TRY(llama_model * loaded, loadVocabulary(header));
    ModelPointer model(loaded);
    if (llama_vocab_type(llama_model_get_vocab(model.get())) == LLAMA_VOCAB_TYPE_NONE)
        return fail(ErrorKind::Unsupported, "the model has no vocabulary");
    std::unique_ptr<GgufTokenizer> tokenizer(new GgufTokenizer(std::move(model), source.model().metadata));
    TESSERA_CHECK(tokenizer->readBeginAndEnd());
    tokenizer->findClosingTag();
    tokenizer->collectSpecialTokens();
    return tokenizer;
}

GgufTokenizer::GgufTokenizer(ModelPointer model, const Metadata& metadata)
    : m_model(std::move(model)),
      m_vocab(llama_model_get_vocab(m_model.get())),
      m_size(static_cast<std::size_t>(llama_vocab_n_tokens(m_vocab))),
      m_space_prefix(readSpacePrefix(metadata)),
      m_bounds_runs(llama_vocab_type(m_vocab) == LLAMA_VOCAB_TYPE_BPE &&
                    !splitsWithoutRegex(metadata.string("tokenizer.ggml.pre").value_or(""))) {}

/// As llama_tokenize adds them, asked once: it ends the process over a flag without a token, and warns on the console
/// about texts that begin with BOS.
Result<void> GgufTokenizer::readBeginAndEnd() {
    const auto wanted = [](bool flag, llama_token token, std::string_view name,
                           std::optional<TokenId>& out) -> Result<void> {
        if (!flag) return {};
        if (token == LLAMA_TOKEN_NULL)
            return fail(ErrorKind::Corrupt, format("the vocabulary asks for a {} token around texts and has none", name));
        out = TokenId{token};
        return {};
    };
    switch (llama_vocab_type(m_vocab)) {
        case LLAMA_VOCAB_TYPE_SPM:
        case LLAMA_VOCAB_TYPE_BPE:
        case LLAMA_VOCAB_TYPE_UGM:
            TESSERA_CHECK(wanted(llama_vocab_get_add_bos(m_vocab), llama_vocab_bos(m_vocab), "BOS", m_begin));
            return wanted(llama_vocab_get_add_eos(m_vocab), llama_vocab_eos(m_vocab), "EOS", m_end);
        case LLAMA_VOCAB_TYPE_WPM:
            TESSERA_CHECK(wanted(true, llama_vocab_bos(m_vocab), "CLS", m_begin));
            return wanted(true, llama_vocab_sep(m_vocab), "SEP", m_end);
        default: return {};
    }
}

void GgufTokenizer::findClosingTag() {
    constexpr unsigned kWord = LLAMA_TOKEN_ATTR_USER_DEFINED;
    bool opening = false;
    std::optional<TokenId> closing;
    for (llama_token id = 0; id < static_cast<llama_token>(m_size); ++id) {
        const unsigned flags = attributes(TokenId{id});
        if (!(flags & kWord)) continue;
        const std::string_view text = llama_vocab_get_text(m_vocab, id);
        if (text == "<s>" && !(flags & kHiddenAttributes)) opening = true;
        if (text == kClosingTag && (flags & LLAMA_TOKEN_ATTR_CONTROL) && TokenId{id} != eos()) closing = TokenId{id};
    }
    if (opening) m_closing_tag = closing;
}

void GgufTokenizer::collectSpecialTokens() {
    std::vector<SpecialToken> tokens;
    for (llama_token id = 0; id < static_cast<llama_token>(m_size); ++id) {
        const unsigned flags = attributes(TokenId{id});
        if (!(flags & (kHiddenAttributes | LLAMA_TOKEN_ATTR_USER_DEFINED))) continue;
        tokens.push_back({TokenId{id}, llama_vocab_get_text(m_vocab, id), (flags & kHiddenAttributes) != 0,
                          (flags & LLAMA_TOKEN_ATTR_LSTRIP) != 0, (flags & LLAMA_TOKEN_ATTR_RSTRIP) != 0});
        if (tokens.back().text.empty()) tokens.pop_back();
    }
    m_special = SpecialTokens(std::move(tokens));
}

std::string GgufTokenizer::description() const { return format("llama.cpp ({})", typeName(llama_vocab_type(m_vocab))); }

Result<std::vector<TokenId>> GgufTokenizer::encode(std::string_view text, const EncodeOptions& options) const {
    if (text.size() > limits::kMaxPromptBytes)
        return fail(ErrorKind::InvalidArgument, format("the text has {}; at most {} can be tokenized at once",
                                                       formatBytes(text.size()), formatBytes(limits::kMaxPromptBytes)));
    std::vector<TokenId> tokens;
    if (options.add_special && m_begin) tokens.push_back(*m_begin);
    const bool in_parts = (m_bounds_runs && withoutLongRun(text) < text.size()) ||
                          (m_closing_tag && text.find(kClosingTag) != std::string_view::npos);
    TESSERA_CHECK(in_parts ? tokenizeInParts(text, options.parse_special, tokens) : tokenize(text, options.parse_special, tokens));
    if (options.add_special && m_end) tokens.push_back(*m_end);
    return tokens;
}

Result<void> GgufTokenizer::tokenize(std::string_view text, bool parse_special, std::vector<TokenId>& out) const {
    // TokenId has the layout of llama_token: the buffer is handed over as it is. Room for one token a byte, and for the
    // bytes of the space that some vocabularies write as three.
    const std::size_t before = out.size();
    out.resize(before + text.size() + 16);
    const auto attempt = [&] {
        return llama_tokenize(m_vocab, text.data(), static_cast<std::int32_t>(text.size()),
                              reinterpret_cast<llama_token*>(out.data() + before),
                              static_cast<std::int32_t>(out.size() - before), false, parse_special);
    };
    try {
        std::int32_t count = attempt();
        if (count < 0 && count != INT32_MIN) {
            out.resize(before + static_cast<std::size_t>(-static_cast<std::int64_t>(count)));
            count = attempt();
        }
        if (count < 0) return fail(ErrorKind::InvalidArgument, format("a text of {} is too long", formatBytes(text.size())));
        out.resize(before + static_cast<std::size_t>(count));
    } catch (const std::exception& error) {
        return fail(ErrorKind::Corrupt, format("the model's vocabulary cannot write this text: it lacks a token for one of its "
                                               "bytes ({})", error.what()));
    }
    if (!std::all_of(out.begin() + static_cast<std::ptrdiff_t>(before), out.end(), [&](TokenId id) { return contains(id); }))
        return fail(ErrorKind::Corrupt, "the model's vocabulary cannot write this text: it lacks a token for a part of it, and an "
                                        "unknown token");
    return {};
}

/// Special tokens are found first, so that no cut goes through one.
Result<void> GgufTokenizer::tokenizeInParts(std::string_view text, bool parse_special, std::vector<TokenId>& out) const {
    const auto pieces = [&](std::string_view stretch) -> Result<void> {
        while (!stretch.empty()) {
            const std::size_t size = m_bounds_runs ? withoutLongRun(stretch) : stretch.size();
            TESSERA_CHECK(tokenize(stretch.substr(0, size), false, out));
            stretch.remove_prefix(size);
        }
        return {};
    };
    const auto wanted = [&](const SpecialToken& token, std::size_t, std::size_t) { return parse_special || !token.control; };
    std::size_t position = 0;
    for (const auto& match : m_special.find(text, wanted)) {
        TESSERA_CHECK(pieces(text.substr(position, match.begin - position)));
        out.push_back(match.token->id);
        position = match.end;
    }
    return pieces(text.substr(position));
}

bool GgufTokenizer::contains(TokenId token) const {
    return toInt(token) >= 0 && static_cast<std::size_t>(toInt(token)) < m_size;
}

unsigned GgufTokenizer::attributes(TokenId token) const {
    const auto flags = static_cast<unsigned>(llama_vocab_get_attr(m_vocab, toInt(token)));
    return token == m_closing_tag ? flags & ~kHiddenAttributes : flags;
}

std::string GgufTokenizer::piece(TokenId token, bool special) const {
    if (!contains(token)) return {};
    special = special || token == m_closing_tag;
    std::array<char, 128> buffer;  // longer than nearly every token
    const std::int32_t size = llama_token_to_piece(m_vocab, toInt(token), buffer.data(), buffer.size(), 0, special);
    if (size >= 0) return std::string(buffer.data(), static_cast<std::size_t>(size));
    std::string text(static_cast<std::size_t>(-size), '\0');
    llama_token_to_piece(m_vocab, toInt(token), text.data(), -size, 0, special);
    return text;
}

std::string GgufTokenizer::decode(std::span<const TokenId> tokens, bool special) const {
    if (!special && !tokens.empty() && tokens.front() == bos()) tokens = tokens.subspan(1);
    std::string text;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const std::string part = piece(tokens[i], special);
        const bool drop_space = m_space_prefix && i == 0 && part.starts_with(' ');
        text.append(part, drop_space ? 1 : 0);
    }
    return text;
}

bool GgufTokenizer::isControl(TokenId token) const {
    return contains(token) && (attributes(token) & LLAMA_TOKEN_ATTR_CONTROL);
}

bool GgufTokenizer::isEndOfGeneration(TokenId token) const {
    return contains(token) && token != m_closing_tag && llama_vocab_is_eog(m_vocab, toInt(token));
}

std::optional<TokenId> GgufTokenizer::bos() const { return tokenOrNone(llama_vocab_bos(m_vocab)); }
std::optional<TokenId> GgufTokenizer::eos() const { return tokenOrNone(llama_vocab_eos(m_vocab)); }

Result<std::unique_ptr<Tokenizer>> loadGgufTokenizer(const TensorSource& source) {
    TESSERA_TRY(auto tokenizer, GgufTokenizer::load(source));
    return std::unique_ptr<Tokenizer>(std::move(tokenizer));
}

}  // namespace tessera
