// SPDX-License-Identifier: GPL-3.0-or-later
// The downloads under the list of models: name, progress with its rate, stop or go on, take off the list.
#pragma once

#include <QWidget>

#include <vector>

class QLabel;
class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace tessera::ui {

class Downloads;

class DownloadCards : public QWidget {
    Q_OBJECT
public:
    explicit DownloadCards(Downloads& downloads, QWidget* parent = nullptr);

private:
    struct Row {
        QProgressBar* bar;
        QLabel* text;
    };
    void rebuild();
    void refresh();
    QWidget* makeCard(std::size_t index);

    Downloads& m_downloads;
    QVBoxLayout* m_column;
    std::vector<Row> m_rows;
};

}  // namespace tessera::ui
