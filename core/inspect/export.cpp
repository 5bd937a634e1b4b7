// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inspect/export.h"

#include "core/base/format.h"
#include "core/base/npy.h"
#include "core/base/platform/file.h"
#include "core/base/utf8.h"
#include "core/inspect/attention.h"
#include "core/inspect/neurons.h"
#include "core/inspect/token_table.h"

#include <algorithm>

namespace tessera {
namespace {

std::string csvField(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

std::string pieceField(const InspectedToken& token) { return csvField(readablePiece(token.piece)); }

/// Shortest text that reads back as the same float.
std::string number(float value) { return format("{}", value); }

Result<void> writeArray(std::span<const float> values, std::vector<std::int64_t> row_shape,
                        const std::filesystem::path& path) {
    TESSERA_TRY(auto writer, NpyWriter::create(path, std::move(row_shape)));
    TESSERA_CHECK(writer.append(values));
    return writer.finish();
}

}  // namespace

std::string readablePiece(std::string_view piece) {
    std::string out;
    while (!piece.empty()) {
        const auto length = validUtf8Prefix(piece);
        for (const char c : piece.substr(0, length)) {
            const auto byte = static_cast<unsigned char>(c);
            if (c == '\n')
                out += "\\n";
            else if (c == '\r')
                out += "\\r";
            else if (c == '\t')
                out += "\\t";
            else if (c == '\\')
                out += "\\\\";
            else if (byte < 0x20 || byte == 0x7F)
                out += format("\\x{:02X}", byte);
            else
                out += c;
        }
        piece.remove_prefix(length);
        if (piece.empty()) break;
        out += format("\\x{:02X}", static_cast<unsigned char>(piece.front()));
        piece.remove_prefix(1);
    }
    return out;
}

std::string normsCsv(const Inspection& inspection) {
    const auto& norms = inspection.norms;
    std::string out = "layer,position,token,text,residual,attention,feed_forward,cosine\r\n";
    for (std::size_t layer = 0; layer < norms.residual.layers; ++layer)
        for (std::size_t t = 0; t < norms.residual.tokens; ++t)
            out += format("{},{},{},{},{},{},{},{}\r\n", layer, t, toInt(inspection.tokens[t].id),
                          pieceField(inspection.tokens[t]), number(norms.residual.at(layer, t)),
                          number(norms.attention.at(layer, t)), number(norms.feed_forward.at(layer, t)),
                          number(norms.cosine.at(layer, t)));
    return out;
}

std::string lensCsv(const Inspection& inspection, const LensGrid& grid, const Tokenizer& tokenizer) {
    const auto& range = grid.range();
    std::string out = "layer,position,text,entropy,rank,token,predicted,probability\r\n";
    for (auto layer = range.first_layer; layer < range.first_layer + range.layers; ++layer)
        for (auto t = range.tokens.first; t < range.tokens.end(); ++t) {
            std::size_t rank = 0;
            for (const auto& candidate : grid.top(layer, t))
                out += format("{},{},{},{},{},{},{},{}\r\n", layer, t, pieceField(inspection.tokens[t]),
                              number(grid.entropy(layer, t)), rank++, toInt(candidate.token),
                              csvField(readablePiece(tokenizer.piece(candidate.token, true))),
                              number(candidate.probability));
        }
    return out;
}

std::string attentionCsv(const Inspection& inspection, const AttentionLayer& layer, std::uint32_t head) {
    const Rows weights = attentionWeights(layer, head);
    std::string out = "layer,head,from,from_text,to,to_text,weight\r\n";
    for (std::size_t from = 0; from < weights.rows; ++from)
        for (std::size_t to = 0; to <= from; ++to)
            out +=
                format("{},{},{},{},{},{},{}\r\n", toInt(layer.layer), head, from, pieceField(inspection.tokens[from]),
                       to, pieceField(inspection.tokens[to]), number(weights.row(from)[to]));
    return out;
}

std::string neuronsCsv(const Inspection& inspection, const NeuronLayer& layer, std::uint32_t per_token) {
    std::string out = "layer,position,text,rank,neuron,activation\r\n";
    for (std::uint32_t t = 0; t < layer.activations.rows; ++t) {
        std::size_t rank = 0;
        for (const auto& neuron : topNeurons(layer, t, per_token))
            out += format("{},{},{},{},{},{}\r\n", toInt(layer.layer), t, pieceField(inspection.tokens[t]), rank++,
                          neuron.neuron, number(neuron.activation));
    }
    return out;
}

std::string expertsCsv(const Inspection& inspection) {
    std::string out = "layer,position,text,rank,expert,weight\r\n";
    for (const auto& layer : inspection.experts)
        for (std::size_t t = 0; t < layer.tokens; ++t)
            for (std::size_t i = 0; i < layer.used; ++i)
                out += format("{},{},{},{},{},{}\r\n", toInt(layer.layer), t, pieceField(inspection.tokens[t]), i,
                              layer.experts[t * layer.used + i],
                              layer.weights.empty() ? std::string() : number(layer.weights[t * layer.used + i]));
    return out;
}

std::string captureCsv(const Inspection& inspection, const Capture& capture) {
    std::string out = "position,text";
    for (std::size_t i = 0; i < capture.rows.columns; ++i) out += format(",{}", i);
    out += "\r\n";
    for (std::size_t t = 0; t < capture.rows.rows; ++t) {
        const bool per_token = capture.rows.rows == inspection.tokens.size();
        out += per_token ? format("{},{}", t, pieceField(inspection.tokens[t])) : std::string(",");
        for (const float value : capture.rows.row(t)) out += "," + number(value);
        out += "\r\n";
    }
    return out;
}

std::string logitsCsv(const Inspection& inspection, const Tokenizer& tokenizer, std::uint32_t top_k) {
    std::string out = "rank,token,text,logit,probability\r\n";
    std::size_t rank = 0;
    for (const auto& chance : nextTokens(inspection.logits, tokenizer, top_k))
        out += format("{},{},{},{},{}\r\n", rank++, toInt(chance.token), csvField(readablePiece(chance.piece)),
                      number(chance.logit), number(chance.probability));
    return out;
}

Result<void> writeNpy(const Rows& rows, const std::filesystem::path& path) {
    return writeArray(rows.values, {static_cast<std::int64_t>(rows.columns)}, path);
}

Result<void> writeNpy(const LayerGrid& grid, const std::filesystem::path& path) {
    return writeArray(grid.values, {static_cast<std::int64_t>(grid.tokens)}, path);
}

Result<void> writeNpy(const ResidualRows& rows, const std::filesystem::path& path) {
    return writeArray(rows.values,
                      {static_cast<std::int64_t>(rows.tokens.count), static_cast<std::int64_t>(rows.columns)}, path);
}

Result<void> writeNpy(const Capture& capture, const std::filesystem::path& path) {
    std::vector<std::int64_t> shape(capture.shape.rbegin(), capture.shape.rend());
    return writeArray(capture.rows.values, std::move(shape), path);
}

Result<void> writeText(std::string_view text, const std::filesystem::path& path) {
    return writeFileAtomically(path, std::as_bytes(std::span(text)));
}

}  // namespace tessera
