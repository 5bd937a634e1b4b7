// SPDX-License-Identifier: GPL-3.0-or-later
// The neurons of a layer that answer most to a token, and the tokens they promote.
#pragma once

#include "core/inspect/neurons.h"
#include "ui/inspector/inspector_view.h"
#include "ui/widgets/grid_source.h"
#include "ui/widgets/plot_table.h"

class QLabel;

namespace tessera::ui {

class GridView;
class LayerAxis;

/// The strongest neurons of one layer at one token, and what they do at all others.
class NeuronGrid : public GridSource {
public:
    void set(std::shared_ptr<const InspectedRun> run, int layer, std::vector<NeuronActivation> neurons);
    const std::vector<NeuronActivation>& neurons() const { return m_neurons; }
    /// Words behind the numbers, once they are known: one list per neuron.
    void setPromoted(std::vector<QStringList> promoted) { m_promoted = std::move(promoted); }
    const std::vector<QStringList>& promoted() const { return m_promoted; }
    float activation(int row, int column) const;

    int rows() const override { return static_cast<int>(m_neurons.size()); }
    int columns() const override { return rows() == 0 ? 0 : static_cast<int>(m_run->labels.size()); }
    float value(int row, int column) const override { return m_largest > 0 ? activation(row, column) / m_largest : 0; }
    QString rowTitle(int row) const override { return QString::number(m_neurons[static_cast<std::size_t>(row)].neuron); }
    QString columnTitle(int column) const override { return m_run->labels.value(column); }
    QString describe(int row, int column) const override;

    PlotTable table() const;
    PlotArray array() const;

private:
    std::shared_ptr<const InspectedRun> m_run;
    const NeuronLayer* m_layer = nullptr;  // inside m_run
    std::vector<NeuronActivation> m_neurons;
    std::vector<QStringList> m_promoted;
    float m_largest = 0;
};

class NeuronsView : public InspectorView {
    Q_OBJECT
public:
    static constexpr std::uint32_t kNeurons = 24;

    explicit NeuronsView(const InspectorParts& parts);
    QWidget* makeDetail() override;
    void showRun() override;
    QWidget* focusTarget() override;
    GridView* grid() const { return m_grid; }
    const NeuronGrid& neurons() const { return m_neurons; }

signals:
    void promotedChanged();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void loadPlace();
    void loadPromoted();
    void fillTable();

    NeuronGrid m_neurons;
    LayerAxis* m_axis;
    GridView* m_grid;
    PlotFrame* m_frame;
    QLabel* m_trouble = nullptr;
    PlotTableModel* m_table;
    QPointer<Job> m_job;
    quint64 m_request = 0;
    std::shared_ptr<const InspectedRun> m_loaded_run;
    int m_loaded_layer = -1, m_loaded_token = -1;
};

}  // namespace tessera::ui
