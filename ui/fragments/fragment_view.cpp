// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fragments/fragment_view.h"

#include <map>

namespace tessera::ui {
namespace {

CellState cellState(FragmentState state) {
    switch (state) {
        case FragmentState::Missing: return CellState::Missing;
        case FragmentState::Present: return CellState::Present;
        case FragmentState::Verified: return CellState::Verified;
        case FragmentState::Bad: return CellState::Bad;
    }
    return CellState::Missing;
}

/// Order of rows: header, embedding, layers, output, the rest.
int rowKey(const Fragment& fragment) {
    if (fragment.kind == FragmentKind::Header) return -2;
    if (fragment.layer == kEmbeddingLayer) return -1;
    if (fragment.layer == kOutputLayer) return 1 << 20;
    if (fragment.layer == kOtherLayer || fragment.kind == FragmentKind::Gap) return (1 << 20) + 1;
    return toInt(fragment.layer);
}

QString rowLabel(int key) {
    if (key == -2) return FragmentView::tr("Header");
    if (key == -1) return FragmentView::tr("Embedding");
    if (key == 1 << 20) return FragmentView::tr("Output");
    if (key > 1 << 20) return FragmentView::tr("Other");
    return QString::number(key);
}

}  // namespace

QString cellStateName(CellState state) {
    switch (state) {
        case CellState::Verified: return FragmentView::tr("Verified");
        case CellState::Present: return FragmentView::tr("Present");
        case CellState::InFlight: return FragmentView::tr("In flight");
        case CellState::Missing: return FragmentView::tr("Missing");
        case CellState::Bad: return FragmentView::tr("Bad");
    }
    return {};
}

void FragmentView::setSet(std::shared_ptr<OpenSet> set) {
    m_set = std::move(set);
    m_current = -1;
    m_rows.clear();
    m_places.clear();
    m_states.clear();
    m_counts = {};
    if (m_set) buildRows();
    emit setChanged();
    emit currentChanged(-1);
    refreshStates();
}

void FragmentView::buildRows() {
    const std::vector<Fragment>& fragments = manifest().fragments;
    std::map<int, FragmentRow> rows;
    for (std::uint32_t i = 0; i < fragments.size(); ++i) {
        FragmentRow& row = rows[rowKey(fragments[i])];
        row.fragments.push_back(i);
        row.bytes += fragments[i].size_bytes;
    }
    m_places.resize(fragments.size());
    m_states.assign(fragments.size(), CellState::Missing);
    for (auto& [key, row] : rows) {
        row.label = rowLabel(key);
        row.is_layer = key >= 0 && key < 1 << 20;
        for (std::uint32_t column = 0; column < row.fragments.size(); ++column)
            m_places[row.fragments[column]] = {static_cast<std::uint32_t>(m_rows.size()), column};
        m_rows.push_back(std::move(row));
    }
}

void FragmentView::refreshStates() {
    if (!m_set) return;
    m_counts = {};
    bool any = false;
    for (std::uint32_t i = 0; i < m_states.size(); ++i) {
        const CellState state = cellState(m_set->store->state(FragmentIndex{i}));
        any |= state != m_states[i];
        m_states[i] = state;
        ++m_counts[static_cast<std::size_t>(state)];
    }
    if (any) emit statesChanged();
}

void FragmentView::setCurrent(int fragment) {
    if (fragment == m_current || fragment >= static_cast<int>(count())) return;
    m_current = fragment;
    emit currentChanged(fragment);
}

int FragmentView::nextProblem(bool forward) const {
    const int total = static_cast<int>(count());
    const int from = m_current < 0 ? (forward ? -1 : total) : m_current;
    for (int step = 1; step <= total; ++step) {
        const int at = ((from + (forward ? step : -step)) % total + total) % total;
        const CellState found = state(static_cast<std::uint32_t>(at));
        if (found == CellState::Bad || found == CellState::Missing) return at;
    }
    return -1;
}

QString FragmentView::describe(std::uint32_t index) const {
    const Fragment& fragment = manifest().fragments[index];
    if (fragment.kind == FragmentKind::Header) return tr("Header");
    if (fragment.kind == FragmentKind::Gap) return tr("Gap at %1").arg(fragment.offset);
    const QString component = QString::fromStdString(fragment.component.empty() ? fragment.tensor_name : fragment.component);
    const QString part = fragment.total_shards > 1 ? tr(", shard %1").arg(fragment.shard_index) : QString();
    const QString expert = fragment.expert_index ? tr(", expert %1").arg(*fragment.expert_index) : QString();
    if (toInt(fragment.layer) < 0) return component + part;
    return tr("layer %1, %2").arg(toInt(fragment.layer)).arg(component) + expert + part;
}

}  // namespace tessera::ui
