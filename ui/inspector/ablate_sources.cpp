// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers behind the bars of an AblateView.
#include "ui/inspector/ablate_view.h"
#include "ui/inspector/token_label.h"
#include "ui/widgets/text_format.h"

#include <algorithm>

namespace tessera::ui {
namespace {

QString percent(float part) { return formatNumber(100.0 * static_cast<double>(part), 1) + QChar(0x202F) + QLatin1Char('%'); }

}  // namespace

void ChangeGrid::set(NextTokenChange change, const QString& before, const QString& after) {
    m_change = std::move(change);
    m_before = before;
    m_after = after;
}

float ChangeGrid::value(int row, int column) const {
    const TokenChange& token = m_change.tokens[static_cast<std::size_t>(row)];
    return column == 0 ? token.before : token.after;
}

QString ChangeGrid::text(int row, int column) const { return percent(value(row, column)); }
QString ChangeGrid::rowTitle(int row) const { return tokenLabel(m_change.tokens[static_cast<std::size_t>(row)].piece); }

QString ChangeGrid::describe(int row, int) const {
    const TokenChange& token = m_change.tokens[static_cast<std::size_t>(row)];
    return AblateView::tr("“%1”: %2, place %3, before; %4, place %5, after")
        .arg(rowTitle(row), percent(token.before), QString::number(token.rank_before + 1), percent(token.after), QString::number(token.rank_after + 1));
}

PlotTable ChangeGrid::table() const {
    PlotTable table;
    table.columns = {AblateView::tr("Next token"), m_before, m_after, AblateView::tr("Place: %1").arg(m_before), AblateView::tr("Place: %1").arg(m_after)};
    table.rows = rows();
    table.cell = [copy = *this](int row, int column) -> QVariant {
        const TokenChange& token = copy.m_change.tokens[static_cast<std::size_t>(row)];
        switch (column) {
            case 0: return copy.rowTitle(row);
            case 1: return static_cast<double>(token.before);
            case 2: return static_cast<double>(token.after);
            case 3: return static_cast<int>(token.rank_before) + 1;
            default: return static_cast<int>(token.rank_after) + 1;
        }
    };
    return table;
}

void EffectGrid::set(std::vector<PartEffect> effects) {
    m_effects = std::move(effects);
    m_largest = 0;
    for (const PartEffect& effect : m_effects) m_largest = std::max(m_largest, effect.kl);
}

float EffectGrid::value(int row, int column) const {
    const PartEffect& effect = m_effects[static_cast<std::size_t>(row)];
    if (column == Kept) return effect.kept;
    return m_largest > 0 ? static_cast<float>(effect.kl / m_largest) : 0;
}

QString EffectGrid::text(int row, int column) const {
    const PartEffect& effect = m_effects[static_cast<std::size_t>(row)];
    return column == Kept ? percent(effect.kept) : formatNumber(effect.kl, 3);
}

QString EffectGrid::rowTitle(int row) const {
    const PartEffect& effect = m_effects[static_cast<std::size_t>(row)];
    return QString::number(effect.kind == PartKind::Head ? effect.head : effect.layer);
}

QString EffectGrid::columnTitle(int column) const { return column == Kept ? AblateView::tr("Left to the answer") : AblateView::tr("Change (KL, nats)"); }

QString EffectGrid::describe(int row, int) const {
    const PartEffect& effect = m_effects[static_cast<std::size_t>(row)];
    return AblateView::tr("%1 left out: KL %2, then likeliest “%3” with %4")
        .arg(partName(effect.kind, effect.layer, effect.head), formatNumber(effect.kl, 3), effect.next, percent(effect.probability));
}

PlotTable EffectGrid::table() const {
    PlotTable table;
    table.columns = {AblateView::tr("Left out"), columnTitle(Divergence), columnTitle(Kept), AblateView::tr("Then likeliest"), AblateView::tr("Probability")};
    table.rows = rows();
    table.cell = [effects = m_effects](int row, int column) -> QVariant {
        const PartEffect& effect = effects[static_cast<std::size_t>(row)];
        switch (column) {
            case 0: return partName(effect.kind, effect.layer, effect.head);
            case 1: return effect.kl;
            case 2: return static_cast<double>(effect.kept);
            case 3: return effect.next;
            default: return static_cast<double>(effect.probability);
        }
    };
    return table;
}

PlotArray EffectGrid::array() const {
    PlotArray array;
    array.shape = {rows(), kColumns};
    for (const PartEffect& effect : m_effects) {
        array.values.push_back(static_cast<float>(effect.kl));
        array.values.push_back(effect.kept);
    }
    return array;
}

}  // namespace tessera::ui
