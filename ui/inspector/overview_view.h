// SPDX-License-Identifier: GPL-3.0-or-later
// Per layer: how long the residual is, what attention and the feed-forward network add, and how near the direction is
// to the final one.
#pragma once

#include "ui/inspector/inspector_view.h"
#include "ui/widgets/grid_source.h"
#include "ui/widgets/plot_table.h"

class QLabel;

namespace tessera::ui {

class FactList;
class GridView;

/// Four columns, a row per layer, of one token.
class NormsSource : public GridSource {
public:
    enum Column { Residual, Attention, FeedForward, Cosine, kColumns };

    void setRun(std::shared_ptr<const InspectedRun> run);
    void setToken(int token);
    int token() const { return m_token; }
    /// The number behind a cell.
    float number(int row, int column) const;

    int rows() const override;
    int columns() const override { return kColumns; }
    float value(int row, int column) const override;
    QString text(int row, int column) const override;
    QString rowTitle(int row) const override { return QString::number(row); }
    QString columnTitle(int column) const override;
    QString describe(int row, int column) const override;

    PlotTable table() const;
    /// [4 × layers × tokens]: of all tokens.
    PlotArray array() const;

private:
    std::shared_ptr<const InspectedRun> m_run;
    int m_token = 0;
    float m_largest[kColumns] = {};
};

class OverviewView : public InspectorView {
    Q_OBJECT
public:
    explicit OverviewView(const InspectorParts& parts);
    QWidget* makeDetail() override;
    void showRun() override;
    QWidget* focusTarget() override;
    GridView* grid() const { return m_grid; }

private:
    void showPlace();
    void showToken();

    NormsSource m_source;
    GridView* m_grid;
    PlotFrame* m_frame;
    QLabel* m_numbers[NormsSource::kColumns] = {};
    PlotTableModel* m_next;
};

/// The likeliest next tokens as a table: token, probability.
PlotTable nextTokenTable(const std::vector<TokenChance>& next);

}  // namespace tessera::ui
