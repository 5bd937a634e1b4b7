// SPDX-License-Identifier: GPL-3.0-or-later
// The detail panel of the Validation tab: what the chosen check or layer says, and what to do about it.
#pragma once

#include "ui/validation/explanation.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace tessera::ui {

class FactList;

class ExplanationCard : public QWidget {
    Q_OBJECT
public:
    explicit ExplanationCard(QWidget* parent = nullptr);

    void setExplanation(const Explanation& explanation);
    void clear();
    /// Where the page is short of room.
    void setNarrow(bool narrow);
    /// All of its words, for the clipboard and for tests.
    QString text() const;

signals:
    void layerAsked(int layer);
    /// Its fragments.
    void fragmentsAsked(int layer);

private:
    void fill(QVBoxLayout& column, const QStringList& paragraphs, bool numbered);

    QLabel* m_title;
    QLabel* m_state;
    FactList* m_facts;
    QWidget* m_meaning;
    QLabel* m_advice_title;
    QWidget* m_advice;
    QPushButton *m_show_layer, *m_show_fragments;
    bool m_narrow = false;
    int m_layer = -1;
    QString m_text;
};

}  // namespace tessera::ui
