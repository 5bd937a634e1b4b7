// SPDX-License-Identifier: GPL-3.0-or-later
// A SentencePiece model with the pieces of a GGUF's vocabulary: what its tokenizer.model was before conversion.
#pragma once

#include "core/gguf/metadata.h"

#include <sentencepiece_model.pb.h>

#include <cstdint>
#include <filesystem>
#include <fstream>

namespace tessera::test {

inline sentencepiece::ModelProto modelProto(const Metadata& metadata) {
    sentencepiece::ModelProto model;
    model.mutable_trainer_spec()->set_model_type(sentencepiece::TrainerSpec::BPE);
    model.mutable_trainer_spec()->set_byte_fallback(true);
    model.mutable_normalizer_spec()->set_name("identity");
    model.mutable_normalizer_spec()->set_remove_extra_whitespaces(false);
    const MetadataArray& tokens = **metadata.array("tokenizer.ggml.tokens");
    const MetadataArray& types = **metadata.array("tokenizer.ggml.token_type");
    const MetadataArray& scores = **metadata.array("tokenizer.ggml.scores");
    for (std::uint64_t id = 0; id < tokens.count; ++id) {
        auto& piece = *model.add_pieces();
        piece.set_piece(tokens.strings[id]);
        piece.set_score(static_cast<float>(scores.numberAt(id)));
        piece.set_type(static_cast<sentencepiece::ModelProto::SentencePiece::Type>(types.integerAt(id)));
    }
    return model;
}

inline void writeModel(const sentencepiece::ModelProto& model, const std::filesystem::path& path) {
    std::ofstream(path, std::ios::binary) << model.SerializeAsString();
}

}  // namespace tessera::test
