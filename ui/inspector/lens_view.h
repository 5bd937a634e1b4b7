// SPDX-License-Identifier: GPL-3.0-or-later
// The logit lens: layers × tokens, what the model would say if it ended there.
#pragma once

#include "ui/inspector/inspector_view.h"
#include "ui/widgets/grid_source.h"
#include "ui/widgets/plot_table.h"

class QComboBox;
class QTableView;

namespace tessera::ui {

class CurvePlot;
class GridView;

class LensSource : public GridSource {
public:
    enum Shading { Probability, Certainty };

    explicit LensSource(const LensStore& store) : m_store(store) {}
    void setRun(std::shared_ptr<const InspectedRun> run) { m_run = std::move(run); }
    void setShading(Shading shading) { m_shading = shading; }

    int rows() const override { return m_store.layers(); }
    int columns() const override { return m_store.tokens(); }
    float value(int row, int column) const override;
    QString text(int row, int column) const override;
    QString rowTitle(int row) const override { return QString::number(row); }
    QString columnTitle(int column) const override { return m_run->labels.value(column); }
    QString describe(int row, int column) const override;

    /// Only cells that are computed.
    PlotTable table() const;
    /// [2 × layers × tokens]: probability of the likeliest token, entropy in nats; NaN where not computed.
    PlotArray array() const;

private:
    const LensStore& m_store;
    std::shared_ptr<const InspectedRun> m_run;
    Shading m_shading = Probability;
};

class LensView : public InspectorView {
    Q_OBJECT
public:
    explicit LensView(const InspectorParts& parts);
    QWidget* makeDetail() override;
    void showRun() override;
    QWidget* focusTarget() override;

    GridView* grid() const { return m_grid; }
    const LensSource& source() const { return m_source; }
    /// The curve's token; chosen from the table of the place.
    void follow(TokenId token);
    const LensCurve& curve() const { return m_curve; }

signals:
    void curveChanged();

private:
    void wantSight();
    void showPlace();
    void followLikeliest();
    void startCurve(TokenId token);
    void showCurve();
    QString curveTitle() const;

    LensSource m_source;
    GridView* m_grid;
    PlotFrame* m_frame;
    QComboBox* m_shading;
    PlotTableModel* m_top;
    QTableView* m_top_view = nullptr;
    CurvePlot* m_plot = nullptr;
    PlotFrame* m_plot_frame = nullptr;
    LensCurve m_curve;
    bool m_pinned = false;  // the user chose the curve's token
    QPointer<Job> m_curve_job;
    quint64 m_curve_request = 0;
};

}  // namespace tessera::ui
