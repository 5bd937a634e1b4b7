// SPDX-License-Identifier: GPL-3.0-or-later
// What `tessera inspect` writes for programs: JSON, CSV, NumPy.
#include "app/cli/inspect_view.h"
#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/inspect/attention.h"
#include "core/inspect/export.h"
#include "core/inspect/statistics.h"

#include <nlohmann/json.hpp>

namespace tessera::cli {

namespace {

using Json = nlohmann::ordered_json;

/// [layers][tokens]
Json gridLists(const LayerGrid& grid) {
    Json list = Json::array();
    for (std::size_t layer = 0; layer < grid.layers; ++layer) {
        const auto row = grid.row(layer);
        list.push_back(std::vector<float>(row.begin(), row.end()));
    }
    return list;
}

Json tokenObject(const Tokenizer& tokenizer, TokenId token) {
    return {{"id", toInt(token)}, {"text", readablePiece(tokenizer.piece(token, true))}};
}

Json lensCells(const InspectView& view, const LensGrid& grid) {
    Json cells = Json::array();
    const auto& range = grid.range();
    for (auto layer = range.first_layer; layer < range.first_layer + range.layers; ++layer)
        for (auto t = range.tokens.first; t < range.tokens.end(); ++t) {
            Json top = Json::array();
            for (const auto& candidate : grid.top(layer, t)) {
                Json token = tokenObject(view.tokenizer, candidate.token);
                token["probability"] = candidate.probability;
                top.push_back(token);
            }
            Json cell{{"layer", layer}, {"position", t}, {"entropy", grid.entropy(layer, t)}, {"top", top}};
            const auto followed = grid.followed(layer, t);
            for (std::size_t i = 0; i < followed.size(); ++i) {
                Json token = tokenObject(view.tokenizer, view.followed[i]);
                token["probability"] = followed[i].probability;
                token["rank"] = followed[i].rank;
                cell["followed"].push_back(token);
            }
            cells.push_back(cell);
        }
    return cells;
}

Json headList(const InspectView& view) {
    Json list = Json::array();
    for (const auto& wish : view.heads) {
        const AttentionLayer& layer = *view.seen.attentionOf(wish.layer);
        for (std::uint32_t head = 0; head < layer.heads; ++head) {
            if (wish.head && *wish.head != head) continue;
            const HeadSummary sum = summarizeHead(layer, head);
            Json object{{"layer", toInt(wish.layer)}, {"head", head},   {"first", sum.first},
                        {"previous", sum.previous},   {"own", sum.own}, {"entropy", sum.entropy}};
            if (wish.head) {
                const Rows weights = attentionWeights(layer, head);
                for (std::size_t row = 0; row < weights.rows; ++row)
                    object["weights"].push_back(std::vector<float>(
                        weights.row(row).begin(), weights.row(row).begin() + static_cast<std::ptrdiff_t>(row + 1)));
            }
            list.push_back(object);
        }
    }
    return list;
}

Json neuronList(const InspectView& view) {
    Json list = Json::array();
    for (const auto& layer : view.neurons)
        for (std::size_t i = 0; i < layer.neurons.size(); ++i) {
            Json promoted = Json::array();
            for (const auto& chance : layer.promoted[i]) promoted.push_back(tokenObject(view.tokenizer, chance.token));
            list.push_back({{"layer", toInt(layer.layer)},
                            {"position", view.position},
                            {"neuron", layer.neurons[i].neuron},
                            {"activation", layer.neurons[i].activation},
                            {"promotes", promoted}});
        }
    return list;
}

Json expertList(const InspectView& view) {
    Json list = Json::array();
    for (const auto& layer : view.seen.experts)
        list.push_back({{"layer", toInt(layer.layer)},
                        {"used", layer.used},
                        {"experts", layer.experts},
                        {"weights", layer.weights}});
    return list;
}

Json captureList(const InspectView& view) {
    Json list = Json::array();
    for (const auto& capture : view.seen.captures) {
        const auto s = valueStatistics(capture.rows.values, 0);
        list.push_back({{"tensor", captureText(capture.spec)},
                        {"operation", capture.operation},
                        {"rows", capture.rows.rows},
                        {"columns", capture.rows.columns},
                        {"shape", capture.shape},
                        {"min", s.smallest},
                        {"max", s.largest},
                        {"mean", s.mean},
                        {"std", s.deviation},
                        {"not_finite", s.not_finite}});
    }
    return list;
}

Json changeObject(const InspectView& view) {
    Json tokens = Json::array();
    for (const auto& change : view.change->tokens) {
        Json token = tokenObject(view.tokenizer, change.token);
        token.update({{"before", change.before},
                      {"after", change.after},
                      {"rank_before", change.rank_before},
                      {"rank_after", change.rank_after}});
        tokens.push_back(token);
    }
    return {{"left_out", ablationTexts(view.seen.request.ablation)}, {"kl", view.change->kl}, {"tokens", tokens}};
}

/// How many things of which one file could be made the request looks at.
std::size_t thingsOf(const InspectRequest& request, std::size_t heads) {
    return (request.norms ? 1u : 0u) + (request.lens ? 1u : 0u) + heads + request.neurons.size() +
           (request.experts ? 1u : 0u) + request.captures.size();
}

Result<std::string> csvText(const InspectView& view) {
    const auto& seen = view.seen;
    if (!seen.captures.empty()) return captureCsv(seen, seen.captures.front());
    if (view.lens) return lensCsv(seen, *view.lens, view.tokenizer);
    if (!view.heads.empty())
        return attentionCsv(seen, *seen.attentionOf(view.heads.front().layer), view.heads.front().head.value_or(0));
    if (!seen.neurons.empty()) return neuronsCsv(seen, seen.neurons.front(), view.top_k);
    if (seen.request.experts) return expertsCsv(seen);
    return normsCsv(seen);
}

Result<void> npyFile(const std::string& path, const InspectView& view) {
    const auto& seen = view.seen;
    const auto file = fromUtf8(path);
    if (!seen.captures.empty()) return writeNpy(seen.captures.front(), file);
    if (view.lens) return writeNpy(seen.residual, file);
    if (!view.heads.empty())
        return writeNpy(
            attentionWeights(*seen.attentionOf(view.heads.front().layer), view.heads.front().head.value_or(0)), file);
    if (!seen.neurons.empty()) return writeNpy(seen.neurons.front().activations, file);
    return writeNpy(seen.norms.residual, file);
}

}  // namespace

Json inspectionObject(const InspectView& view) {
    const auto& seen = view.seen;
    Json tokens = Json::array();
    for (const auto& token : seen.tokens)
        tokens.push_back({{"id", toInt(token.id)}, {"text", readablePiece(token.piece)}});
    Json next = Json::array();
    for (const auto& chance : nextTokens(seen.logits, view.tokenizer, view.top_k)) {
        Json token = tokenObject(view.tokenizer, chance.token);
        token.update({{"probability", chance.probability}, {"logit", chance.logit}});
        next.push_back(token);
    }
    Json object{{"model", seen.model},
                {"engine", seen.engine},
                {"seconds", seen.seconds},
                {"held_bytes", seen.heldBytes()},
                {"estimated_bytes", view.cost.held},
                {"tokens", tokens},
                {"next", next}};
    if (!seen.norms.residual.empty())
        object["norms"] = {{"embedding", seen.norms.embedding},
                           {"residual", gridLists(seen.norms.residual)},
                           {"attention", gridLists(seen.norms.attention)},
                           {"feed_forward", gridLists(seen.norms.feed_forward)},
                           {"cosine", gridLists(seen.norms.cosine)}};
    if (view.lens) object["lens"] = lensCells(view, *view.lens);
    if (!view.heads.empty()) object["attention"] = headList(view);
    if (!view.neurons.empty()) object["neurons"] = neuronList(view);
    if (seen.expert_state != ExpertState::NotAsked) object["experts"] = expertList(view);
    if (!seen.captures.empty()) object["captures"] = captureList(view);
    if (view.change) object["change"] = changeObject(view);
    return object;
}

Result<void> checkInspectionFile(const std::string& path, const InspectRequest& request,
                                 const std::vector<HeadWish>& heads) {
    if (path.ends_with(".json")) return {};
    const bool csv = path.ends_with(".csv");
    if (!csv && !path.ends_with(".npy"))
        return fail(ErrorKind::InvalidArgument, format("-o: '{}' ends neither in .json nor in .csv nor in .npy", path));
    if (thingsOf(request, heads.size()) != 1)
        return fail(ErrorKind::InvalidArgument,
                    "-o: such a file holds one thing; ask for one of --norms, --lens, --heads L:H, --neurons L, "
                    "--capture NAME@LAYER, or write .json");
    if (!heads.empty() && !heads.front().head)
        return fail(ErrorKind::InvalidArgument, "-o: such a file holds one head; name it, as in --heads 3:0");
    if (!csv && request.experts)
        return fail(ErrorKind::InvalidArgument, "-o: experts are no array; write .csv or .json");
    return {};
}

Result<void> writeInspection(const std::string& path, const InspectView& view) {
    if (path.ends_with(".npy")) return npyFile(path, view);
    if (path.ends_with(".csv")) {
        TESSERA_TRY(const std::string text, csvText(view));
        return writeText(text, fromUtf8(path));
    }
    return writeText(inspectionObject(view).dump(2, ' ', false, Json::error_handler_t::replace) + "\n", fromUtf8(path));
}

}  // namespace tessera::cli
