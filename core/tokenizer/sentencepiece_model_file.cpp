// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/sentencepiece_model_file.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/base/quote.h"

#include <sentencepiece_model.pb.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace tessera {

namespace {

using Piece = sentencepiece::ModelProto::SentencePiece;

constexpr std::string_view kHowToGoOn = "Remove the file, and the GGUF's own vocabulary is used.";

// Numbers of `tokenizer.ggml.token_type`, the same as sentencepiece's.
constexpr std::int64_t kNormal = 1;
constexpr std::int64_t kUnknown = 2;
constexpr std::int64_t kControl = 3;
constexpr std::int64_t kUserDefined = 4;
constexpr std::int64_t kUnused = 5;
constexpr std::int64_t kByte = 6;

std::string_view typeName(std::int64_t type) {
    switch (type) {
        case kNormal: return "normal";
        case kUnknown: return "unknown";
        case kControl: return "control";
        case kUserDefined: return "user-defined";
        case kUnused: return "unused";
        case kByte: return "byte";
        default: return "undefined";
    }
}

/// The GGUF's side of the comparison.
struct GgufPieces {
    const MetadataArray* tokens = nullptr;
    const MetadataArray* types = nullptr;   // null: all normal
    const MetadataArray* scores = nullptr;  // null: not compared

    std::int64_t typeOf(std::uint64_t id) const { return types ? types->integerAt(id) : kNormal; }
};

Result<GgufPieces> ggufPieces(const Metadata& metadata) {
    TESSERA_TRY(const std::string_view model, metadata.string("tokenizer.ggml.model"));
    if (model != "llama")
        return fail(ErrorKind::Corrupt, format("it is no vocabulary of this model, whose own is of type {} "
                                               "(tokenizer.ggml.model), not SentencePiece. {}", inQuotes(model), kHowToGoOn));
    GgufPieces pieces;
    TESSERA_TRY(pieces.tokens, metadata.array("tokenizer.ggml.tokens"));
    if (metadata.find("tokenizer.ggml.token_type")) {
        TESSERA_TRY(pieces.types, metadata.array("tokenizer.ggml.token_type"));
    }
    if (metadata.find("tokenizer.ggml.scores")) {
        TESSERA_TRY(pieces.scores, metadata.array("tokenizer.ggml.scores"));
    }
    const auto count = pieces.tokens->count;
    if (pieces.tokens->element_type != MetadataType::String || (pieces.types && pieces.types->count < count) ||
        (pieces.scores && pieces.scores->count < count))
        return fail(ErrorKind::Corrupt, "the GGUF's tokenizer.ggml.tokens, .token_type and .scores do not fit together");
    return pieces;
}

std::string describe(std::string_view text, std::int64_t type) { return format("{} ({})", inQuotes(text, 60), typeName(type)); }

Result<void> comparePiece(const Piece& piece, const GgufPieces& gguf, std::uint64_t id) {
    const std::string& text = gguf.tokens->strings[id];
    if (piece.piece() != text || static_cast<std::int64_t>(piece.type()) != gguf.typeOf(id))
        return fail(ErrorKind::Corrupt, format("piece {} is {}, but the model's own vocabulary has {}: the file belongs to another "
                                               "model. {}", id, describe(piece.piece(), piece.type()),
                                               describe(text, gguf.typeOf(id)), kHowToGoOn));
    if (gguf.scores && gguf.scores->numberAt(id) != static_cast<double>(piece.score()))
        return fail(ErrorKind::Corrupt, format("piece {} {} has score {}, but the model's own vocabulary gives it {}: the file "
                                               "belongs to another model. {}", id, inQuotes(text, 60), piece.score(),
                                               gguf.scores->numberAt(id), kHowToGoOn));
    return {};
}

/// Converters append special tokens that the model's makers added after training the vocabulary.
bool mayBeAppended(std::int64_t type) { return type == kControl || type == kUserDefined || type == kUnused; }

Result<void> comparePieces(const sentencepiece::ModelProto& model, const GgufPieces& gguf) {
    const auto pieces = static_cast<std::uint64_t>(model.pieces_size());
    for (std::uint64_t id = 0; id < std::min(pieces, gguf.tokens->count); ++id)
        TESSERA_CHECK(comparePiece(model.pieces(static_cast<int>(id)), gguf, id));
    if (pieces > gguf.tokens->count)
        return fail(ErrorKind::Corrupt, format("it has {} pieces, the model's own vocabulary {}; the first one more is {}. {}",
                                               pieces, gguf.tokens->count,
                                               inQuotes(model.pieces(static_cast<int>(gguf.tokens->count)).piece(), 60), kHowToGoOn));
    for (std::uint64_t id = pieces; id < gguf.tokens->count; ++id)
        if (!mayBeAppended(gguf.typeOf(id)))
            return fail(ErrorKind::Corrupt, format("it has {} pieces, the model's own vocabulary {}; the first one missing is {}. {}",
                                                   pieces, gguf.tokens->count,
                                                   describe(gguf.tokens->strings[id], gguf.typeOf(id)), kHowToGoOn));
    return {};
}

/// What libllama's SPM vocabularies cannot say, so that ids would depend on whether the file is there. A compiled table
/// of normalisation rules is also an automaton that sentencepiece walks unchecked.
Result<void> checkSegmentation(const sentencepiece::ModelProto& model) {
    if (model.trainer_spec().model_type() != sentencepiece::TrainerSpec::BPE)
        return fail(ErrorKind::Unsupported, format("it is no BPE model (type {}). {}",
                                                   static_cast<int>(model.trainer_spec().model_type()), kHowToGoOn));
    if (!model.normalizer_spec().precompiled_charsmap().empty())
        return fail(ErrorKind::Unsupported, format("it rewrites texts by the rules {} before tokenizing, which the model's own "
                                                   "vocabulary does not. {}", inQuotes(model.normalizer_spec().name(), 60), kHowToGoOn));
    if (model.trainer_spec().treat_whitespace_as_suffix())
        return fail(ErrorKind::Unsupported, format("it puts spaces after words, not before. {}", kHowToGoOn));
    return {};
}

Result<std::unique_ptr<sentencepiece::ModelProto>> parseAndCompare(const std::vector<std::byte>& bytes, const Metadata& metadata) {
    auto model = std::make_unique<sentencepiece::ModelProto>();
    if (bytes.empty()) return fail(ErrorKind::Corrupt, format("the file is empty. {}", kHowToGoOn));
    if (!model->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || model->pieces_size() == 0)
        return fail(ErrorKind::Corrupt, format("the file is damaged or no SentencePiece model. Fetch it again, or remove it: then "
                                               "the GGUF's own vocabulary is used."));
    TESSERA_TRY(const GgufPieces gguf, ggufPieces(metadata));
    TESSERA_CHECK(comparePieces(*model, gguf));
    TESSERA_CHECK(checkSegmentation(*model));
    return model;
}

}  // namespace

Result<std::unique_ptr<sentencepiece::ModelProto>> readSentencePieceModel(const std::filesystem::path& path,
                                                                          const Metadata& metadata) {
    TESSERA_TRY(const std::vector<std::byte> bytes, readFile(path, limits::kMaxTokenizerModelBytes));
    auto model = parseAndCompare(bytes, metadata);
    if (!model) return failAt(toUtf8(path), model.error());
    return model;
}

}  // namespace tessera
