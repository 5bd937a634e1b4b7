// SPDX-License-Identifier: GPL-3.0-or-later
// Attention heads of a layer: all as thumbnails, one as a matrix, its row tinted on the tokens.
#pragma once

#include "core/inspect/attention.h"
#include "ui/inspector/inspector_view.h"
#include "ui/widgets/grid_source.h"
#include "ui/widgets/plot_table.h"

class QLabel;

namespace tessera::ui {

class GridView;
class LayerAxis;

/// All heads of one layer, small.
class HeadThumbnails : public GridSource {
public:
    static constexpr int kColumns = 2;

    struct Head {
        Rows weights;  // [side × side]
        HeadSummary summary;
    };
    void setHeads(int layer, std::vector<Head> heads);
    int count() const { return static_cast<int>(m_heads.size()); }
    const Head& head(int index) const { return m_heads[static_cast<std::size_t>(index)]; }
    static int headAt(int row, int column) { return row * kColumns + column; }

    int rows() const override { return (count() + kColumns - 1) / kColumns; }
    int columns() const override { return count() == 0 ? 0 : kColumns; }
    float value(int, int) const override { return 0; }
    QString text(int row, int column) const override { return QString::number(headAt(row, column)); }
    QString rowTitle(int) const override { return {}; }
    QString columnTitle(int) const override { return {}; }
    QString describe(int row, int column) const override;
    QImage picture(int row, int column, const QSize& size) const override;
    bool has(int row, int column) const override { return headAt(row, column) < count(); }

private:
    int m_layer = 0;
    std::vector<Head> m_heads;
};

/// One head: query positions × key positions.
class HeadMatrix : public GridSource {
public:
    void set(std::shared_ptr<const InspectedRun> run, int layer, int head, std::shared_ptr<const Rows> weights);
    void clear() { m_weights = nullptr; }
    bool isEmpty() const { return !m_weights; }
    const Rows* weights() const { return m_weights.get(); }

    int rows() const override { return m_weights ? static_cast<int>(m_weights->rows) : 0; }
    int columns() const override { return rows(); }
    float value(int row, int column) const override;
    void values(int row, int first, std::span<float> out) const override;
    QString rowTitle(int row) const override { return m_run->labels.value(row); }
    QString columnTitle(int column) const override { return m_run->labels.value(column); }
    QString describe(int row, int column) const override;

    PlotTable table() const;
    PlotArray array() const;

private:
    std::shared_ptr<const InspectedRun> m_run;
    int m_layer = 0, m_head = 0;
    std::shared_ptr<const Rows> m_weights;
};

class HeadsView : public InspectorView {
    Q_OBJECT
public:
    explicit HeadsView(const InspectorParts& parts);
    QWidget* makeDetail() override;
    void showRun() override;
    QWidget* focusTarget() override;
    std::vector<float> tints() const override;

    GridView* thumbnails() const { return m_thumbnail_grid; }
    GridView* matrixGrid() const { return m_matrix_grid; }
    const HeadMatrix& matrix() const { return m_matrix; }

signals:
    void matrixChanged();

protected:
    void showEvent(QShowEvent* event) override;

private:
    const AttentionLayer* layer() const;
    void loadLayer();
    void showNorms();
    void loadMatrix();
    void showPlace();

    HeadThumbnails m_thumbnails;
    HeadMatrix m_matrix;
    LayerAxis* m_axis;
    GridView *m_thumbnail_grid, *m_matrix_grid;
    PlotFrame* m_frame;
    QLabel* m_kind = nullptr;
    PlotTableModel* m_sources;
    quint64 m_layer_request = 0, m_matrix_request = 0;
    std::shared_ptr<const InspectedRun> m_loaded_run;
    int m_loaded_layer = -1;
    int m_matrix_layer = -1, m_matrix_head = -1;  // wanted last, of m_loaded_run
};

}  // namespace tessera::ui
