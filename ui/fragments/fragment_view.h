// SPDX-License-Identifier: GPL-3.0-or-later
// One set and the states of its fragments, as map, table and detail show them. UI thread only.
#pragma once

#include "ui/fragments/open_set.h"

#include <QObject>
#include <QString>

#include <array>
#include <vector>

namespace tessera::ui {

/// FragmentState, and what only a window needs. The order is that of gravity: where several share a cell, the highest
/// wins.
enum class CellState : std::uint8_t { Verified, Present, InFlight, Missing, Bad };
inline constexpr int kCellStates = 5;

QString cellStateName(CellState state);

/// A row of the map: a layer, or what belongs to none.
struct FragmentRow {
    QString label;                    // "7", "Embedding"
    bool is_layer = false;
    std::vector<std::uint32_t> fragments;
    std::uint64_t bytes = 0;
};

class FragmentView : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    void setSet(std::shared_ptr<OpenSet> set);
    const std::shared_ptr<OpenSet>& set() const { return m_set; }
    bool isEmpty() const { return !m_set; }
    const Manifest& manifest() const { return m_set->manifest(); }
    std::size_t count() const { return m_states.size(); }

    const std::vector<FragmentRow>& rows() const { return m_rows; }
    /// Row of a fragment, and its place in that row.
    std::size_t rowOf(std::uint32_t fragment) const { return m_places[fragment].row; }
    std::size_t columnOf(std::uint32_t fragment) const { return m_places[fragment].column; }

    CellState state(std::uint32_t fragment) const { return m_states[fragment]; }
    std::size_t stateCount(CellState state) const { return m_counts[static_cast<std::size_t>(state)]; }
    /// Asks the store anew; cheap enough for some times a second.
    void refreshStates();

    int current() const { return m_current; }  // −1: none
    void setCurrent(int fragment);
    /// The next (or previous) bad or missing one after the current, around the end; −1 when there is none.
    int nextProblem(bool forward) const;

    /// "Layer 7, ffn_up, shard 0".
    QString describe(std::uint32_t fragment) const;

signals:
    void setChanged();
    void statesChanged();
    void currentChanged(int fragment);

private:
    struct Place {
        std::uint32_t row = 0, column = 0;
    };
    void buildRows();

    std::shared_ptr<OpenSet> m_set;
    std::vector<FragmentRow> m_rows;
    std::vector<Place> m_places;
    std::vector<CellState> m_states;
    std::array<std::size_t, kCellStates> m_counts{};
    int m_current = -1;
};

}  // namespace tessera::ui
