// SPDX-License-Identifier: GPL-3.0-or-later
// Running a prompt again without parts of the model. Synchronous, for workers.
#pragma once

#include "core/inspect/token_table.h"
#include "ui/inspector/inspector_session.h"

#include <QString>

#include <vector>

namespace tessera::ui {

enum class PartKind { Head, Attention, FeedForward, Layer };

/// "Head 3 of layer 12"; without a head for the other kinds.
QString partName(PartKind kind, int layer, int head);
void addPart(Ablation& ablation, PartKind kind, int layer, int head);
/// "Head 3 of layer 12, layer 5".
QString ablationName(const Ablation& ablation);

inline constexpr std::uint32_t kChangedTokens = 12;

/// How the next token of `run` changes. Errors of inspect().
Result<NextTokenChange> runWithout(LiveModel& live, const InspectedRun& run, const Ablation& ablation, const Operation& operation);

/// One part left out by itself.
struct PartEffect {
    PartKind kind = PartKind::Layer;
    int layer = 0, head = 0;
    double kl = 0;            // KL(whole ‖ without), nats
    QString next;             // likeliest token without it, as tokenLabel() writes it
    float probability = 0;    // of that token
    float kept = 0;           // probability left to the token that the whole model finds likeliest
};

/// Every part of a kind in turn: the heads of `layer`, or one part of every layer. Progress counts parts.
Result<std::vector<PartEffect>> tryEach(LiveModel& live, const InspectedRun& run, PartKind kind, int layer, const Operation& operation);

}  // namespace tessera::ui
