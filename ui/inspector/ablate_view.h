// SPDX-License-Identifier: GPL-3.0-or-later
// Leaves heads, attention, feed-forward networks or whole layers out, and shows how the next token changes.
#pragma once

#include "ui/inspector/ablation_runs.h"
#include "ui/inspector/inspector_view.h"
#include "ui/widgets/grid_source.h"
#include "ui/widgets/plot_table.h"

class QComboBox;
class QPushButton;

namespace tessera::ui {

class Banner;
class ElidedLabel;
class EmptyState;
class FactList;
class GridView;
class LayerAxis;

/// Next tokens before and after, as bars.
class ChangeGrid : public GridSource {
public:
    void set(NextTokenChange change, const QString& before, const QString& after);
    const NextTokenChange& change() const { return m_change; }

    int rows() const override { return static_cast<int>(m_change.tokens.size()); }
    int columns() const override { return rows() == 0 ? 0 : 2; }
    float value(int row, int column) const override;
    QString text(int row, int column) const override;
    QString rowTitle(int row) const override;
    QString columnTitle(int column) const override { return column == 0 ? m_before : m_after; }
    QString describe(int row, int column) const override;
    PlotTable table() const;

private:
    NextTokenChange m_change;
    QString m_before, m_after;
};

/// Every part of a kind, as bars of its effect.
class EffectGrid : public GridSource {
public:
    enum Column { Divergence, Kept, kColumns };

    void set(std::vector<PartEffect> effects);
    const std::vector<PartEffect>& effects() const { return m_effects; }

    int rows() const override { return static_cast<int>(m_effects.size()); }
    int columns() const override { return rows() == 0 ? 0 : kColumns; }
    float value(int row, int column) const override;
    QString text(int row, int column) const override;
    QString rowTitle(int row) const override;
    QString columnTitle(int column) const override;
    QString describe(int row, int column) const override;
    PlotTable table() const;
    PlotArray array() const;

private:
    std::vector<PartEffect> m_effects;
    double m_largest = 0;
};

class AblateView : public InspectorView {
    Q_OBJECT
public:
    explicit AblateView(const InspectorParts& parts);
    QWidget* makeDetail() override;
    void showRun() override;
    QWidget* focusTarget() override;

    const Ablation& ablation() const { return m_ablation; }
    void setAblation(const Ablation& ablation);
    /// Of the selected place.
    void setKind(PartKind kind);
    void addSelected();
    Job* runAblation();
    Job* tryAll();
    const ChangeGrid& change() const { return m_change; }
    const EffectGrid& effects() const { return m_effects; }

signals:
    void changeShown();
    void effectsShown();

private:
    QWidget* makeControls();
    PartKind kind() const;
    void nameParts();
    void showAxis();
    void showAblation();
    void showChange(NextTokenChange change);
    void showError(const QString& message);
    void watch(Job* job);

    Ablation m_ablation;
    ChangeGrid m_change;
    EffectGrid m_effects;
    LayerAxis* m_axis;
    GridView *m_change_grid, *m_effect_grid;
    PlotFrame *m_change_frame, *m_effect_frame;
    QComboBox* m_kind;
    QPushButton *m_add, *m_clear, *m_try;
    ElidedLabel* m_list;
    Banner* m_banner;
    EmptyState* m_nothing;
    FactList* m_facts = nullptr;
    QPointer<Job> m_job;
    quint64 m_request = 0;
};

}  // namespace tessera::ui
