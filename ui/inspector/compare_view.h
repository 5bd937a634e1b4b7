// SPDX-License-Identifier: GPL-3.0-or-later
// The shown run beside one that was kept: two prompts, or two models.
#pragma once

#include "core/inspect/compare_inspections.h"
#include "ui/inspector/inspector_view.h"
#include "ui/widgets/grid_source.h"
#include "ui/widgets/plot_table.h"

class QPushButton;

namespace tessera::ui {

class Banner;
class ElidedLabel;
class EmptyState;
class FactList;
class GridView;

/// A row per layer: how alike the two are there.
class CompareGrid : public GridSource {
public:
    enum Column { Cosine, Distance, Norm, kColumns };

    void set(std::shared_ptr<const InspectionComparison> comparison);
    const InspectionComparison* comparison() const { return m_comparison.get(); }
    float number(int row, int column) const;

    int rows() const override { return m_comparison ? static_cast<int>(m_comparison->layers) : 0; }
    int columns() const override { return rows() == 0 ? 0 : kColumns; }
    float value(int row, int column) const override;
    QString text(int row, int column) const override;
    QString rowTitle(int row) const override { return QString::number(row); }
    QString columnTitle(int column) const override;
    QString describe(int row, int column) const override;
    PlotTable table() const;
    PlotArray array() const;

private:
    std::shared_ptr<const InspectionComparison> m_comparison;
    float m_largest[kColumns] = {};
};

class CompareView : public InspectorView {
    Q_OBJECT
public:
    explicit CompareView(const InspectorParts& parts);
    QWidget* makeDetail() override;
    void showRun() override;
    QWidget* focusTarget() override;

    /// The shown run becomes the first of the two.
    void keepShown();
    const std::shared_ptr<const InspectedRun>& kept() const { return m_kept; }
    const CompareGrid& source() const { return m_source; }
    GridView* grid() const { return m_grid; }

signals:
    void compared();

private:
    void describeRuns();
    void compare();
    void showComparison();

    std::shared_ptr<const InspectedRun> m_kept;
    std::weak_ptr<LiveModel> m_kept_live;
    CompareGrid m_source;
    GridView* m_grid;
    PlotFrame* m_frame;
    Banner* m_banner;
    EmptyState* m_nothing;
    QPushButton* m_keep;
    ElidedLabel *m_first, *m_second;
    PlotTableModel* m_next;
    FactList* m_facts = nullptr;
    QPointer<Job> m_job;
    quint64 m_request = 0;
};

}  // namespace tessera::ui
