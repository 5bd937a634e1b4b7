// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/cell_access.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QHash>
#include <QPointer>
#include <QWidget>

#include <mutex>

namespace tessera::ui {
namespace {

class CellAccess : public QAccessibleInterface, public QAccessibleTableCellInterface, public QAccessibleActionInterface {
public:
    CellAccess(QWidget* widget, CellHost* host, int row, int column) : m_widget(widget), m_host(host), m_row(row), m_column(column) {}

    // QAccessibleInterface
    bool isValid() const override { return m_widget && m_row < m_host->cellRows() && m_column < m_host->cellColumns(); }
    QObject* object() const override { return nullptr; }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    QAccessibleInterface* parent() const override { return QAccessible::queryAccessibleInterface(m_widget); }
    QAccessibleInterface* child(int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    QAccessible::Role role() const override { return QAccessible::Cell; }
    QString text(QAccessible::Text which) const override {
        return isValid() && which == QAccessible::Name ? m_host->cellName(m_row, m_column) : QString();
    }
    void setText(QAccessible::Text, const QString&) override {}
    QRect rect() const override {
        if (!isValid()) return {};
        const QRect inside = m_host->cellRect(m_row, m_column);
        return inside.isEmpty() ? QRect() : QRect(m_widget->mapToGlobal(inside.topLeft()), inside.size());
    }
    QAccessible::State state() const override {
        QAccessible::State state;
        state.focusable = true;
        state.selectable = true;
        if (!isValid()) {
            state.invalid = true;
            return state;
        }
        state.selected = isSelected();
        state.focused = state.selected && m_widget->hasFocus();
        state.offscreen = m_host->cellRect(m_row, m_column).isEmpty();
        return state;
    }
    void* interface_cast(QAccessible::InterfaceType type) override {
        if (type == QAccessible::TableCellInterface) return static_cast<QAccessibleTableCellInterface*>(this);
        if (type == QAccessible::ActionInterface) return static_cast<QAccessibleActionInterface*>(this);
        return nullptr;
    }

    // QAccessibleTableCellInterface
    bool isSelected() const override { return m_host->currentCell() == QPoint(m_column, m_row); }
    QList<QAccessibleInterface*> columnHeaderCells() const override { return {}; }
    QList<QAccessibleInterface*> rowHeaderCells() const override { return {}; }
    int columnIndex() const override { return m_column; }
    int rowIndex() const override { return m_row; }
    int columnExtent() const override { return 1; }
    int rowExtent() const override { return 1; }
    QAccessibleInterface* table() const override { return parent(); }

    // QAccessibleActionInterface
    QStringList actionNames() const override { return {setFocusAction()}; }
    void doAction(const QString& name) override {
        if (!isValid() || name != setFocusAction()) return;
        m_widget->setFocus();
        m_host->setCurrentCell(m_row, m_column);
    }
    QStringList keyBindingsForAction(const QString&) const override { return {}; }

private:
    QPointer<QWidget> m_widget;
    CellHost* m_host;
    int m_row, m_column;
};

class TableAccess : public QAccessibleWidget, public QAccessibleTableInterface {
public:
    TableAccess(QWidget* widget, CellHost* host) : QAccessibleWidget(widget, QAccessible::Table), m_host(host) {}
    ~TableAccess() override { forgetCells(); }

    // QAccessibleInterface
    int childCount() const override { return rowCount() * columnCount(); }
    QAccessibleInterface* child(int index) const override {
        return columnCount() == 0 ? nullptr : cellAt(index / columnCount(), index % columnCount());
    }
    int indexOfChild(const QAccessibleInterface* child) const override {
        auto* cell = const_cast<QAccessibleInterface*>(child)->tableCellInterface();
        return cell ? cell->rowIndex() * columnCount() + cell->columnIndex() : -1;
    }
    QAccessibleInterface* childAt(int x, int y) const override {
        const QPoint cell = m_host->cellUnder(widget()->mapFromGlobal(QPoint(x, y)));
        return cellAt(cell.y(), cell.x());
    }
    QAccessibleInterface* focusChild() const override {
        const QPoint current = m_host->currentCell();
        return widget()->hasFocus() && current.x() >= 0 && current.y() >= 0 ? cellAt(current.y(), current.x()) : nullptr;
    }
    void* interface_cast(QAccessible::InterfaceType type) override {
        return type == QAccessible::TableInterface ? static_cast<QAccessibleTableInterface*>(this) : QAccessibleWidget::interface_cast(type);
    }

    // QAccessibleTableInterface
    QAccessibleInterface* cellAt(int row, int column) const override {
        if (row < 0 || column < 0 || row >= rowCount() || column >= columnCount()) return nullptr;
        const quint64 key = (static_cast<quint64>(row) << 32) | static_cast<quint64>(column);
        if (const auto known = m_cells.constFind(key); known != m_cells.constEnd()) return QAccessible::accessibleInterface(*known);
        auto* cell = new CellAccess(widget(), m_host, row, column);
        m_cells.insert(key, QAccessible::registerAccessibleInterface(cell));
        return cell;
    }
    QAccessibleInterface* caption() const override { return nullptr; }
    QAccessibleInterface* summary() const override { return nullptr; }
    QString columnDescription(int column) const override { return m_host->cellColumnTitle(column); }
    QString rowDescription(int row) const override { return m_host->cellRowTitle(row); }
    int columnCount() const override { return m_host->cellColumns(); }
    int rowCount() const override { return m_host->cellRows(); }
    int selectedCellCount() const override { return hasCurrent() ? 1 : 0; }
    int selectedColumnCount() const override { return 0; }
    int selectedRowCount() const override { return 0; }
    QList<QAccessibleInterface*> selectedCells() const override {
        if (!hasCurrent()) return {};
        return {cellAt(m_host->currentCell().y(), m_host->currentCell().x())};
    }
    QList<int> selectedColumns() const override { return {}; }
    QList<int> selectedRows() const override { return {}; }
    bool isColumnSelected(int) const override { return false; }
    bool isRowSelected(int) const override { return false; }
    bool selectRow(int) override { return false; }
    bool selectColumn(int) override { return false; }
    bool unselectRow(int) override { return false; }
    bool unselectColumn(int) override { return false; }
    void modelChange(QAccessibleTableModelChangeEvent*) override { forgetCells(); }

private:
    bool hasCurrent() const { return m_host->currentCell().x() >= 0 && m_host->currentCell().y() >= 0; }
    void forgetCells() {
        for (const QAccessible::Id id : std::as_const(m_cells)) QAccessible::deleteAccessibleInterface(id);
        m_cells.clear();
    }

    CellHost* m_host;
    mutable QHash<quint64, QAccessible::Id> m_cells;
};

QAccessibleInterface* makeAccess(const QString&, QObject* object) {
    auto* host = dynamic_cast<CellHost*>(object);
    auto* widget = qobject_cast<QWidget*>(object);
    return host && widget ? new TableAccess(widget, host) : nullptr;
}

}  // namespace

void announceCells() {
    static std::once_flag once;
    std::call_once(once, [] { QAccessible::installFactory(makeAccess); });
}

void tellCurrentCell(QWidget* widget, const CellHost& host) {
    if (!QAccessible::isActive() || !widget->hasFocus()) return;
    const QPoint current = host.currentCell();
    if (current.x() < 0 || current.y() < 0) return;
    QAccessibleEvent event(widget, QAccessible::Focus);
    event.setChild(current.y() * host.cellColumns() + current.x());
    QAccessible::updateAccessibility(&event);
}

void tellCellsReset(QWidget* widget) {
    if (!QAccessible::isActive()) return;
    QAccessibleTableModelChangeEvent event(widget, QAccessibleTableModelChangeEvent::ModelReset);
    QAccessible::updateAccessibility(&event);
}

}  // namespace tessera::ui
