// SPDX-License-Identifier: GPL-3.0-or-later
// Questions that the Fragments tab asks.
#pragma once

#include "core/fragment/compare.h"
#include "ui/fragments/open_set.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QRadioButton;

namespace tessera::ui {

/// Which model to cut, where to, how large.
class CutDialog : public QDialog {
    Q_OBJECT
public:
    CutDialog(const QString& model, QWidget* parent);
    QString model() const;
    /// Empty: in place.
    QString folder() const;
    quint64 fragmentBytes() const;

private:
    void check();
    QLineEdit* m_model;
    QRadioButton* m_in_place;
    QRadioButton* m_to_folder;
    QLineEdit* m_folder;
    QComboBox* m_size;
    QLabel* m_note;
    QPushButton* m_ok;
};

/// What will be deleted, what that frees; the GGUF of an in-place set only by its own tick.
class DeleteDialog : public QDialog {
    Q_OBJECT
public:
    DeleteDialog(const QString& title, const DeletePlan& plan, QWidget* parent);
    bool withModelFile() const;

private:
    QCheckBox* m_with_model;
};

/// What two sets have in common.
void showComparison(const QString& first, const QString& second, const ManifestComparison& comparison, QWidget* parent);

}  // namespace tessera::ui
