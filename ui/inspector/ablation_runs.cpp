// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/ablation_runs.h"

#include "ui/inspector/token_label.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace tessera::ui {
namespace {

class Words {
    Q_DECLARE_TR_FUNCTIONS(tessera::ui::AblateView)
};

InspectRequest plainRequest(const InspectedRun& run) {
    InspectRequest request;
    request.tokens = run.seen.request.tokens;
    request.session = run.seen.request.session;
    request.norms = false;
    request.baseline = false;
    return request;
}

}  // namespace

QString partName(PartKind kind, int layer, int head) {
    switch (kind) {
        case PartKind::Head: return Words::tr("Head %1 of layer %2").arg(head).arg(layer);
        case PartKind::Attention: return Words::tr("Attention of layer %1").arg(layer);
        case PartKind::FeedForward: return Words::tr("Feed-forward of layer %1").arg(layer);
        case PartKind::Layer: break;
    }
    return Words::tr("Layer %1 as a whole").arg(layer);
}

void addPart(Ablation& ablation, PartKind kind, int layer, int head) {
    const auto add = [](auto& list, const auto& part) {
        if (std::find(list.begin(), list.end(), part) == list.end()) list.push_back(part);
    };
    switch (kind) {
        case PartKind::Head: return add(ablation.heads, HeadIndex{LayerIndex{layer}, head});
        case PartKind::Attention: return add(ablation.attention, LayerIndex{layer});
        case PartKind::FeedForward: return add(ablation.feed_forward, LayerIndex{layer});
        case PartKind::Layer: return add(ablation.layers, LayerIndex{layer});
    }
}

QString ablationName(const Ablation& ablation) {
    QStringList names;
    for (const HeadIndex& head : ablation.heads) names.append(partName(PartKind::Head, toInt(head.layer), head.head));
    for (const LayerIndex layer : ablation.attention) names.append(partName(PartKind::Attention, toInt(layer), 0));
    for (const LayerIndex layer : ablation.feed_forward) names.append(partName(PartKind::FeedForward, toInt(layer), 0));
    for (const LayerIndex layer : ablation.layers) names.append(partName(PartKind::Layer, toInt(layer), 0));
    return names.join(QStringLiteral(" · "));
}

Result<NextTokenChange> runWithout(LiveModel& live, const InspectedRun& run, const Ablation& ablation, const Operation& operation) {
    InspectRequest request = plainRequest(run);
    request.ablation = ablation;
    TESSERA_TRY(const Inspection without, inspect(live.engine(), live.tokenizer(), request, operation));
    return compareNextTokens(run.seen.logits, without.logits, live.tokenizer(), kChangedTokens);
}

Result<std::vector<PartEffect>> tryEach(LiveModel& live, const InspectedRun& run, PartKind kind, int layer, const Operation& operation) {
    const bool heads = kind == PartKind::Head;
    const auto count = static_cast<int>(heads ? run.seen.facts.heads : run.seen.facts.layers);
    std::vector<PartEffect> effects;
    for (int i = 0; i < count; ++i) {
        TESSERA_CHECK(operation.checkStop());
        PartEffect effect{.kind = kind, .layer = heads ? layer : i, .head = heads ? i : 0, .next = {}};
        Ablation ablation;
        addPart(ablation, kind, effect.layer, effect.head);
        TESSERA_TRY(const NextTokenChange change, runWithout(live, run, ablation, {.stop = operation.stop}));
        effect.kl = change.kl;
        for (const TokenChange& token : change.tokens) {
            if (token.rank_before == 0) effect.kept = token.after;
            if (token.rank_after != 0) continue;
            effect.next = tokenLabel(token.piece);
            effect.probability = token.after;
        }
        effects.push_back(std::move(effect));
        if (operation.progress) operation.progress({static_cast<std::uint64_t>(i + 1), static_cast<std::uint64_t>(count), "inspecting"});
    }
    return effects;
}

}  // namespace tessera::ui
