// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ask.h"

#include "ui/style/theme.h"

#include <QCoreApplication>
#include <QInputDialog>
#include <QMessageBox>
#include <QPushButton>

#include <memory>

namespace tessera::ui {
namespace {

class Words {
    Q_DECLARE_TR_FUNCTIONS(tessera::ui::Ask)
};

QMessageBox* makeBox(QWidget* over, QMessageBox::Icon icon, const QString& title, const QString& text) {
    auto* box = new QMessageBox(icon, title, text, QMessageBox::NoButton, over);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);  // it may hold names from files and peers
    return box;
}

void show(QWidget* over, QMessageBox::Icon icon, const QString& title, const QString& text) {
    QMessageBox* box = makeBox(over, icon, title, text);
    box->setStandardButtons(QMessageBox::Ok);
    box->open();
}

QMessageBox* makeQuestion(QWidget* over, const Question& question, QPushButton*& yes) {
    QMessageBox* box = makeBox(over, QMessageBox::Question, question.title, question.text);
    box->setInformativeText(question.details);
    yes = box->addButton(question.yes, QMessageBox::DestructiveRole);
    QPushButton* no = box->addButton(question.no, QMessageBox::RejectRole);
    box->setDefaultButton(no);
    box->setEscapeButton(no);
    return box;
}

}  // namespace

void tell(QWidget* over, const QString& title, const QString& text) { show(over, QMessageBox::Information, title, text); }
void tellProblem(QWidget* over, const QString& title, const QString& text) { show(over, QMessageBox::Warning, title, text); }

void ask(QWidget* over, const Question& question, std::function<void()> done) {
    QPushButton* yes = nullptr;
    QMessageBox* box = makeQuestion(over, question, yes);
    QObject::connect(yes, &QPushButton::clicked, over, std::move(done));
    box->open();
}

bool waitForYes(QWidget* over, const Question& question) {
    QPushButton* yes = nullptr;
    QMessageBox* box = makeQuestion(over, question, yes);
    box->setAttribute(Qt::WA_DeleteOnClose, false);
    const std::unique_ptr<QMessageBox> owner(box);
    box->exec();
    return box->clickedButton() == yes;
}

void askName(QWidget* over, const QString& title, const QString& before, std::function<void(const QString&)> done) {
    auto* dialog = new QInputDialog(over);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->setLabelText(Words::tr("Name"));
    dialog->setTextValue(before);
    dialog->setMinimumWidth(px(320));
    QObject::connect(dialog, &QInputDialog::textValueSelected, over, [done = std::move(done)](const QString& text) {
        if (const QString name = text.simplified(); !name.isEmpty()) done(name);
    });
    dialog->open();
}

}  // namespace tessera::ui
