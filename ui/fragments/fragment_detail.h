// SPDX-License-Identifier: GPL-3.0-or-later
// Everything about one fragment.
#pragma once

#include "ui/fragments/fragment_content.h"
#include "ui/fragments/fragment_view.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace tessera::ui {

class Card;
class ElidedLabel;
class FactList;
class HistogramPlot;
class Job;
class JobRunner;

class FragmentDetail : public QWidget {
    Q_OBJECT
public:
    FragmentDetail(FragmentView& view, JobRunner& jobs, QWidget* parent = nullptr);

private:
    void showFragment();
    void readFragment();
    void showContent();
    void openViewer();

    FragmentView& m_view;
    JobRunner& m_jobs;
    ElidedLabel* m_title;
    FactList* m_facts;
    QLabel* m_note;
    HistogramPlot* m_histogram;
    FactList* m_numbers;
    QPushButton* m_open;
    std::shared_ptr<const FragmentContent> m_content;
    quint64 m_request = 0;
    Job* m_job = nullptr;
};

}  // namespace tessera::ui
