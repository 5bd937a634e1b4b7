// SPDX-License-Identifier: GPL-3.0-or-later
// What a check was, what its numbers mean, and what to do when it fails: in words.
#pragma once

#include "ui/validation/check_view.h"

#include <QStringList>

#include <optional>
#include <utility>
#include <vector>

namespace tessera::ui {

struct Explanation {
    QString title;
    std::optional<CheckState> state;
    std::vector<std::pair<QString, QString>> facts;
    QStringList meaning;         // paragraphs
    QStringList advice;          // steps; empty unless something failed
    std::optional<int> layer;    // where to look on
};

Explanation explainCheck(const ReportView& view, CheckRef check);
/// One layer of a condition's inspected prompt.
Explanation explainLayer(const ConditionComparison& condition, const LayerDifference& layer);

}  // namespace tessera::ui
