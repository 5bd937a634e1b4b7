// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/shortcuts_dialog.h"

#include "ui/style/theme.h"
#include "ui/widgets/commands.h"

#include <QDialog>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <map>

namespace tessera::ui {
namespace {

class ShortcutList {
public:
    explicit ShortcutList(QTreeWidget& tree) : m_tree(tree) {}

    void add(const QString& section, const QString& title, const QString& keys) {
        QTreeWidgetItem*& parent = m_sections[section];
        if (!parent) {
            parent = new QTreeWidgetItem(&m_tree, {section});
            parent->setFont(0, font(TextStyle::Strong));
            parent->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
        }
        new QTreeWidgetItem(parent, {title, keys});
    }

    void filter(const QString& text) {
        for (auto& [section, parent] : m_sections) {
            bool any = false;
            for (int i = 0; i < parent->childCount(); ++i) {
                QTreeWidgetItem* child = parent->child(i);
                const bool shown = child->text(0).contains(text, Qt::CaseInsensitive) || child->text(1).contains(text, Qt::CaseInsensitive);
                child->setHidden(!shown);
                any |= shown;
            }
            parent->setHidden(!any);
        }
    }

private:
    QTreeWidget& m_tree;
    std::map<QString, QTreeWidgetItem*> m_sections;
};

}  // namespace

void showShortcuts(Commands& commands, QWidget* window) {
    auto* dialog = new QDialog(window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(Commands::tr("Keyboard shortcuts"));
    dialog->resize(px(620), px(560));
    auto* filter = new QLineEdit;
    filter->setPlaceholderText(Commands::tr("Filter"));
    filter->setAccessibleName(Commands::tr("Filter the shortcuts"));
    filter->setClearButtonEnabled(true);
    auto* tree = new QTreeWidget;
    tree->setAccessibleName(dialog->windowTitle());
    tree->setHeaderLabels({Commands::tr("Command"), Commands::tr("Keys")});
    tree->setRootIsDecorated(false);
    auto list = std::make_shared<ShortcutList>(*tree);
    for (const Command& command : commands.all()) {
        const QString keys = QKeySequence::listToString(command.action->shortcuts(), QKeySequence::NativeText);
        if (!keys.isEmpty()) list->add(command.section, command.action->text(), keys);
    }
    for (const FixedShortcut& fixed : fixedShortcuts()) list->add(fixed.section, fixed.title, fixed.keys);
    tree->expandAll();
    tree->header()->resizeSection(0, px(380));
    QObject::connect(filter, &QLineEdit::textChanged, tree, [list](const QString& text) { list->filter(text); });
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    auto* column = new QVBoxLayout(dialog);
    column->addWidget(filter);
    column->addWidget(tree, 1);
    column->addWidget(buttons);
    dialog->open();
}

}  // namespace tessera::ui
