// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of `tessera inspect`.
#include "app/cli/inspect_view.h"
#include "app/cli/table.h"
#include "core/base/format.h"
#include "core/inspect/attention.h"
#include "core/inspect/export.h"
#include "core/inspect/statistics.h"

#include <algorithm>
#include <numeric>

namespace tessera::cli {

namespace {

constexpr std::size_t kGridPiece = 10;  // characters of a cell in the lens grid

std::string readable(std::string_view piece) { return "'" + readablePiece(piece) + "'"; }
std::string percent(float probability) { return format("{:.1f} %", 100.0 * static_cast<double>(probability)); }
std::string layerText(LayerIndex layer) { return std::to_string(toInt(layer)); }

void heading(Output& output, const std::string& text) { output.line("\n" + text); }

std::string tokenAt(const InspectView& view, std::uint32_t position) {
    return format("{} {}", position, readable(view.seen.tokens[position].piece));
}

void printNorms(Output& output, const InspectView& view) {
    const auto& norms = view.seen.norms;
    if (norms.residual.empty()) return;
    heading(output, "Norms at position " + tokenAt(view, view.position));
    Table table({{"layer", true},
                 {"residual", true},
                 {"attention", true},
                 {"feed-forward", true},
                 {"cosine to the last", true}});
    for (std::size_t layer = 0; layer < norms.residual.layers; ++layer)
        table.add({std::to_string(layer), format("{:.2f}", norms.residual.at(layer, view.position)),
                   format("{:.2f}", norms.attention.at(layer, view.position)),
                   format("{:.2f}", norms.feed_forward.at(layer, view.position)),
                   format("{:.3f}", norms.cosine.at(layer, view.position))});
    output.text(table.text());
}

std::string candidates(const InspectView& view, std::span<const LensCandidate> top) {
    std::string text;
    for (const auto& candidate : top)
        text += format("{}{} {}", text.empty() ? "" : ", ", readable(view.tokenizer.piece(candidate.token, true)),
                       percent(candidate.probability));
    return text;
}

void printLensColumn(Output& output, const InspectView& view, const LensGrid& grid) {
    const auto& range = grid.range();
    const auto position = range.tokens.first;
    heading(output, "Lens at position " + tokenAt(view, position) + ": what would come next after each layer");
    std::vector<Table::Column> columns{{"layer", true}, {"entropy", true}};
    for (const TokenId token : view.followed)
        columns.push_back({"rank of " + readable(view.tokenizer.piece(token, true)), true});
    columns.push_back({"likeliest"});
    Table table(columns);
    for (auto layer = range.first_layer; layer < range.first_layer + range.layers; ++layer) {
        std::vector<std::string> cells{std::to_string(layer), format("{:.2f}", grid.entropy(layer, position))};
        for (const auto& followed : grid.followed(layer, position))
            cells.push_back(format("{} ({})", followed.rank + 1, percent(followed.probability)));
        cells.push_back(candidates(view, grid.top(layer, position)));
        table.add(cells);
    }
    output.text(table.text());
}

void printLensGrid(Output& output, const InspectView& view, const LensGrid& grid) {
    const auto& range = grid.range();
    heading(output, "Lens: the likeliest next token after each layer");
    std::vector<Table::Column> columns{{"layer", true}};
    const auto shortened = [](std::string text) {
        while (characterCount(text) > kGridPiece) {
            do text.pop_back();
            while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80);
        }
        return text;
    };
    for (auto t = range.tokens.first; t < range.tokens.end(); ++t)
        columns.push_back({shortened(readablePiece(view.seen.tokens[t].piece))});
    Table table(columns);
    for (auto layer = range.first_layer; layer < range.first_layer + range.layers; ++layer) {
        std::vector<std::string> cells{std::to_string(layer)};
        for (auto t = range.tokens.first; t < range.tokens.end(); ++t)
            cells.push_back(shortened(readablePiece(view.tokenizer.piece(grid.top(layer, t).front().token, true))));
        table.add(cells);
    }
    output.text(table.text());
}

/// The positions a head looks at most, from the view's position.
std::string lookedAt(const InspectView& view, std::span<const float> weights) {
    std::vector<std::uint32_t> order(view.position + 1);
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::stable_sort(order, [weights](std::uint32_t a, std::uint32_t b) { return weights[a] > weights[b]; });
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(view.top_k, order.size()); ++i)
        text += format("{}{} {}", i ? ", " : "", tokenAt(view, order[i]), percent(weights[order[i]]));
    return text;
}

void printHeads(Output& output, const InspectView& view) {
    for (const auto& wish : view.heads) {
        const AttentionLayer& layer = *view.seen.attentionOf(wish.layer);
        heading(output, format("Attention of layer {}; looked at from position {}", layerText(wish.layer),
                               tokenAt(view, view.position)));
        Table table(
            {{"head", true}, {"first", true}, {"previous", true}, {"own", true}, {"entropy", true}, {"looks at"}});
        const Rows weights = attentionOfToken(layer, view.position);
        for (std::uint32_t head = 0; head < layer.heads; ++head) {
            if (wish.head && *wish.head != head) continue;
            const HeadSummary sum = summarizeHead(layer, head);
            table.add({std::to_string(head), percent(sum.first), percent(sum.previous), percent(sum.own),
                       format("{:.2f}", sum.entropy), lookedAt(view, weights.row(head))});
        }
        output.text(table.text());
    }
}

void printNeurons(Output& output, const InspectView& view) {
    for (const auto& layer : view.neurons) {
        heading(output,
                format("Neurons of layer {} at position {}", layerText(layer.layer), tokenAt(view, view.position)));
        Table table({{"neuron", true}, {"activation", true}, {"promotes"}});
        for (std::size_t i = 0; i < layer.neurons.size(); ++i) {
            std::string promoted;
            for (const auto& chance : layer.promoted[i])
                promoted += (promoted.empty() ? "" : ", ") + readable(chance.piece);
            table.add(
                {std::to_string(layer.neurons[i].neuron), format("{:.3f}", layer.neurons[i].activation), promoted});
        }
        output.text(table.text());
    }
}

void printExperts(Output& output, const InspectView& view) {
    if (view.seen.expert_state == ExpertState::NotAsked) return;
    if (view.seen.expert_state == ExpertState::Dense) {
        heading(output, "Experts: this model has none, every layer uses all of its weights.");
        return;
    }
    heading(output, "Experts at position " + tokenAt(view, view.position));
    Table table({{"layer", true}, {"experts"}});
    for (const auto& layer : view.seen.experts) {
        std::string text;
        for (std::size_t i = view.position * layer.used; i < (view.position + 1) * layer.used; ++i) {
            text += format("{}{}", text.empty() ? "" : ", ", layer.experts[i]);
            if (!layer.weights.empty()) text += " " + percent(layer.weights[i]);
        }
        table.add({layerText(layer.layer), text});
    }
    output.text(table.text());
}

void printCaptures(Output& output, const InspectView& view) {
    if (view.seen.captures.empty()) return;
    heading(output, "Captured");
    Table table({{"tensor"},
                 {"operation"},
                 {"rows", true},
                 {"columns", true},
                 {"min", true},
                 {"max", true},
                 {"mean", true},
                 {"std", true},
                 {"not finite", true}});
    for (const auto& capture : view.seen.captures) {
        const auto s = valueStatistics(capture.rows.values, 0);
        table.add({captureText(capture.spec), capture.operation, std::to_string(capture.rows.rows),
                   std::to_string(capture.rows.columns), format("{:.4g}", s.smallest), format("{:.4g}", s.largest),
                   format("{:.4g}", s.mean), format("{:.4g}", s.deviation), std::to_string(s.not_finite)});
    }
    output.text(table.text());
}

void printNext(Output& output, const InspectView& view) {
    if (view.change) {
        heading(output, format("Next token without and with the ablation (KL {:.4g} nats)", view.change->kl));
        Table table({{"token"}, {"before", true}, {"after", true}, {"rank before", true}, {"after", true}});
        for (const auto& change : view.change->tokens)
            table.add({readable(change.piece), percent(change.before), percent(change.after),
                       std::to_string(change.rank_before + 1), std::to_string(change.rank_after + 1)});
        output.text(table.text());
        return;
    }
    heading(output, "Next token");
    Table table({{"token"}, {"probability", true}, {"logit", true}});
    for (const auto& chance : nextTokens(view.seen.logits, view.tokenizer, view.top_k))
        table.add({readable(chance.piece), percent(chance.probability), format("{:.2f}", chance.logit)});
    output.text(table.text());
}

}  // namespace

void printInspection(Output& output, const InspectView& view) {
    output.line(format("{}, engine {}, {} tokens in {:.2f} s, {} held", view.seen.model, view.seen.engine,
                       view.seen.tokens.size(), view.seen.seconds, formatBytes(view.seen.heldBytes())));
    printNorms(output, view);
    if (view.lens) {
        if (view.lens->range().tokens.count == 1) {
            printLensColumn(output, view, *view.lens);
        } else {
            printLensGrid(output, view, *view.lens);
        }
    }
    printHeads(output, view);
    printNeurons(output, view);
    printExperts(output, view);
    printCaptures(output, view);
    printNext(output, view);
}

}  // namespace tessera::cli
