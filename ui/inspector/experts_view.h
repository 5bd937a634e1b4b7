// SPDX-License-Identifier: GPL-3.0-or-later
// Mixtures of experts: how often each expert of each layer was chosen, which token chose whom, and what that cost in memory.
#pragma once

#include "core/inspect/expert_use.h"
#include "ui/inspector/inspector_view.h"
#include "ui/widgets/grid_source.h"
#include "ui/widgets/plot_table.h"

class QComboBox;
class QLabel;

namespace tessera::ui {

class FactList;
class GridView;

/// Layers × experts, coloured by what is counted.
class ExpertHeat : public GridSource {
public:
    enum Counted { Chosen, Missed };

    void set(ExpertUse use);
    void setCounted(Counted counted);
    const ExpertUse& use() const { return m_use; }
    /// −1: a layer without experts.
    int rowOf(int layer) const;

    int rows() const override { return static_cast<int>(m_use.layers.size()); }
    int columns() const override { return rows() == 0 ? 0 : static_cast<int>(m_use.experts); }
    float value(int row, int column) const override;
    QString text(int row, int column) const override;
    QString rowTitle(int row) const override { return QString::number(toInt(m_use.layers[static_cast<std::size_t>(row)])); }
    QString columnTitle(int column) const override { return QString::number(column); }
    QString describe(int row, int column) const override;

    PlotTable table() const;
    /// [layers × experts]: of what is counted.
    PlotArray array() const;

private:
    double number(int row, int column) const;  // a share, or a count of misses

    ExpertUse m_use;
    Counted m_counted = Chosen;
    double m_largest = 0;
};

/// The experts that each token was sent to: layers × tokens.
class ExpertChoices : public GridSource {
public:
    void setRun(std::shared_ptr<const InspectedRun> run) { m_run = std::move(run); }
    int rows() const override { return m_run ? static_cast<int>(m_run->seen.experts.size()) : 0; }
    int columns() const override { return m_run ? static_cast<int>(m_run->labels.size()) : 0; }
    float value(int row, int column) const override;
    QString text(int row, int column) const override;
    QString rowTitle(int row) const override { return QString::number(toInt(layer(row).layer)); }
    QString columnTitle(int column) const override { return m_run->labels.value(column); }
    QString describe(int row, int column) const override;
    PlotTable table() const;

private:
    const ExpertLayer& layer(int row) const { return m_run->seen.experts[static_cast<std::size_t>(row)]; }
    std::shared_ptr<const InspectedRun> m_run;
};

class ExpertsView : public InspectorView {
    Q_OBJECT
public:
    enum Scope { ThisRun, SinceLoaded };

    explicit ExpertsView(const InspectorParts& parts);
    QWidget* makeDetail() override;
    void showRun() override;
    QWidget* focusTarget() override;

    void setScope(Scope scope);
    void setCounted(ExpertHeat::Counted counted);
    const ExpertHeat& heat() const { return m_heat; }
    GridView* heatGrid() const { return m_heat_grid; }
    GridView* choiceGrid() const { return m_choice_grid; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    Scope scope() const;
    QString missingSentence() const;
    ExpertStatistics counts() const;
    void showUse();
    void showNote();
    void markPlace();
    void showPlace();

    ExpertHeat m_heat;
    ExpertChoices m_choices;
    QComboBox *m_scope, *m_counted;
    GridView *m_heat_grid, *m_choice_grid;
    PlotFrame *m_heat_frame, *m_choice_frame;
    FactList* m_layer_facts = nullptr;
    FactList* m_memory_facts = nullptr;
    QLabel* m_note = nullptr;
    QWidget* m_detail = nullptr;
    PlotTableModel* m_table;
};

}  // namespace tessera::ui
