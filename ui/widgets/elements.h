// SPDX-License-Identifier: GPL-3.0-or-later
// Small building blocks that every page uses.
#pragma once

#include "ui/style/theme.h"

#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

#include <functional>
#include <utility>
#include <vector>

class QHBoxLayout;
class QVBoxLayout;

namespace tessera::ui {

enum class Icon;

QLabel* makeLabel(const QString& text, TextStyle style = TextStyle::Interface, Role role = Role::Text);
/// Wraps; its lines can be selected with mouse and keyboard.
QLabel* makeParagraph(const QString& text, Role role = Role::Text);
QPushButton* makeButton(const QString& text, QWidget* parent = nullptr);
QPushButton* makeIconTextButton(Icon icon, const QString& text, QWidget* parent = nullptr);
/// Only an icon: `name` is its accessible name and its tool tip.
QToolButton* makeIconButton(Icon icon, const QString& name, QWidget* parent = nullptr);

/// A line of text that shows "…" when it is too long, all of it in the tool tip.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(const QString& text = {}, Qt::TextElideMode mode = Qt::ElideMiddle, QWidget* parent = nullptr);
    void setFullText(const QString& text);
    QString fullText() const { return m_text; }
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
    Qt::TextElideMode m_mode;
};

/// A rounded plate of its own ground.
class Card : public QFrame {
    Q_OBJECT
public:
    explicit Card(Role ground = Role::Raised, QWidget* parent = nullptr);
    QVBoxLayout* column() const { return m_column; }
    /// A line around it in this role.
    void setBorderRole(Role role);

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    Role m_ground;
    Role m_border = Role::Divider;
    bool m_has_border = false;
    QVBoxLayout* m_column;
};

/// Something the user should know, across a page: icon, sentence, actions.
class Banner : public Card {
    Q_OBJECT
public:
    enum Kind { Error, Warning, Information, Success };
    explicit Banner(QWidget* parent = nullptr);
    void show(Kind kind, const QString& text);
    QString text() const { return m_text->text(); }
    QPushButton* addAction(const QString& text, std::function<void()> run);
    /// Removes what addAction added.
    void clearActions();

private:
    QLabel* m_icon;
    QLabel* m_text;
    QHBoxLayout* m_row;
    QList<QPushButton*> m_actions;
};

/// What a page shows before there is anything: icon, one sentence, one primary action, one link.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    EmptyState(Icon icon, const QString& sentence, QWidget* parent = nullptr);
    QPushButton* setPrimary(const QString& text, std::function<void()> run);
    QPushButton* setLink(const QString& text, std::function<void()> run);
    void setSentence(const QString& sentence);

protected:
    void changeEvent(QEvent* event) override;

private:
    void fitSentence();

    QLabel* m_icon;
    QLabel* m_sentence;
    QVBoxLayout* m_column;
    QWidget* m_buttons;
};

/// Facts in two columns, muted names and plain values that can be selected. Both wrap; it lays itself out, since form
/// layouts lose the height of words that wrap.
class FactList : public QWidget {
    Q_OBJECT
public:
    explicit FactList(QWidget* parent = nullptr);
    void clear();
    QLabel* add(const QString& name, const QString& value, Role role = Role::Text);
    /// Replaces all; where the names stay, only the values change, and a selection in the others stays.
    void set(const std::vector<std::pair<QString, QString>>& facts);
    int count() const;

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Row {
        QLabel* name;
        QLabel* value;
    };
    int nameWidth(int width) const;
    int rowHeight(const Row& row, int width) const;
    void place();

    QList<Row> m_rows;
};

}  // namespace tessera::ui
