// SPDX-License-Identifier: GPL-3.0-or-later
// The machines that compute: who holds and who computes which layers, how each is doing, and an answer on its way.
#pragma once

#include "ui/network/node_rows.h"
#include "ui/page.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QTableView;

namespace tessera::ui {

class Banner;
class FactList;
class LayerStrip;
class NodeModel;

class NodesView : public QWidget {
    Q_OBJECT
public:
    explicit NodesView(const PageContext& context, QWidget* parent = nullptr);

    /// Looks at everything again. The nodes themselves are asked in the background.
    void refresh();

    NodeModel& model() const { return *m_model; }
    QTableView* table() const { return m_table; }
    LayerStrip* strip() const { return m_strip; }
    /// What nodes do: whole layers, or rows of matrices.
    QComboBox* work() const { return m_work; }

signals:
    void joinWanted();
    void inviteWanted();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void rebuild();
    void showRows();
    void followAnswer();
    void showDetail();
    void setUsed(const QString& id, bool used);
    void setWork(int index);
    void offerToLoadAgain(const QString& why);
    NodeInfo thisMachine() const;
    std::optional<ModelOnNodes> modelOnNodes() const;

    PageContext m_context;
    NodeModel* m_model;
    LayerStrip* m_strip;
    QLabel* m_sentence;
    Banner* m_reload;
    QTableView* m_table;
    QComboBox* m_work;
    FactList* m_detail;
    NodeInfo m_this_machine;              // as last looked at …
    std::optional<ModelOnNodes> m_loaded;  // … and all but its activity
};

}  // namespace tessera::ui
