// SPDX-License-Identifier: GPL-3.0-or-later
// What this machine offers: layers computed for others, and the local API.
#pragma once

#include "ui/page.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QTableView;
class QToolButton;

namespace tessera::ui {

class Banner;
class ElidedLabel;
class FailureModel;
class RunningService;
struct ServiceSettings;

/// What the cards of both services have alike: model, who reaches it, port, start and stop, the address.
class ServiceCard : public QWidget {
    Q_OBJECT
public:
    ServiceCard(const PageContext& context, RunningService& service, const QString& title, const QString& what, QWidget* parent = nullptr);

    QPushButton* startButton() const { return m_start; }
    QString address() const;

protected:
    /// A row of widgets under a name, above the buttons.
    void addRow(const QString& name, std::initializer_list<QWidget*> widgets);
    void addBelow(QWidget* widget);
    void fill(const ServiceSettings& wish);
    void readInto(ServiceSettings& wish) const;
    /// Of the state that the service is in now.
    void showState(const QString& details, const QString& address);

    virtual void start() = 0;
    virtual void save() = 0;
    virtual void showService() = 0;
    virtual QString warning(bool everywhere) const = 0;
    void changed();

    PageContext m_context;

private:
    void fillSets();
    void showEvent(QShowEvent* event) override;

    RunningService& m_service;
    QString m_title;
    bool m_filling = false;
    class QFormLayout* m_form;
    class QVBoxLayout* m_column;
    QComboBox *m_set, *m_reach;
    QSpinBox* m_port;
    QLabel* m_warning;
    Banner* m_problem;
    QPushButton* m_start;
    ElidedLabel* m_address;
    QToolButton* m_copy;
    QLabel* m_details;
    QWidget* m_running;
    QList<QWidget*> m_inputs;
};

class SharingCard : public ServiceCard {
    Q_OBJECT
public:
    explicit SharingCard(const PageContext& context, QWidget* parent = nullptr);

private:
    void start() override;
    void save() override;
    void showService() override;
    QString warning(bool everywhere) const override;

    QComboBox *m_layers, *m_kernels;
    QSpinBox *m_first, *m_last;
    QLabel* m_to;
};

class ApiCard : public ServiceCard {
    Q_OBJECT
public:
    explicit ApiCard(const PageContext& context, QWidget* parent = nullptr);

private:
    void start() override;
    void save() override;
    void showService() override;
    QString warning(bool everywhere) const override;
    void showNumbers(bool on);
    void renewKey();

    QCheckBox *m_with_key, *m_fragments, *m_at_start;
    QWidget* m_key_row;
    QLineEdit* m_key;
    QToolButton* m_reveal;
    QLabel* m_failures_title;
    FailureModel* m_failures;
    QTableView* m_failure_table;
};

class ServicesView : public QWidget {
    Q_OBJECT
public:
    explicit ServicesView(const PageContext& context, QWidget* parent = nullptr);
    SharingCard& sharing() const { return *m_sharing; }
    ApiCard& api() const { return *m_api; }

private:
    SharingCard* m_sharing;
    ApiCard* m_api;
};

}  // namespace tessera::ui
