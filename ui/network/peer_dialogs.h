// SPDX-License-Identifier: GPL-3.0-or-later
// Letting others in and being let in: invitations made and used, keys added by hand.
#pragma once

#include "core/compute/peer_list.h"
#include "ui/page.h"

#include <QDialog>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace tessera::ui {

class Banner;

/// "compute", "nothing".
QString rightsWords(Rights rights);

/// One tick box for each right.
class RightsBoxes : public QWidget {
    Q_OBJECT
public:
    explicit RightsBoxes(Rights rights, QWidget* parent = nullptr);
    Rights rights() const;

signals:
    void changed();

private:
    std::vector<std::pair<Right, QCheckBox*>> m_boxes;
};

/// Makes an invitation and shows its line, to be copied.
class InviteDialog : public QDialog {
    Q_OBJECT
public:
    /// `endpoints`: where others might reach this machine's node, the likeliest first. `listens`: a node runs here, so
    /// somebody answers whoever uses the invitation.
    InviteDialog(const PageContext& context, const QStringList& endpoints, bool listens, QWidget* parent);
    /// Empty until one was made.
    QString invitation() const;

private:
    void make();
    void check();

    PageContext m_context;
    QComboBox *m_endpoint, *m_lifetime;
    RightsBoxes* m_rights;
    QLabel* m_note;
    QPlainTextEdit* m_line;
    QPushButton* m_make;
    QPushButton* m_copy;
    QWidget* m_form;
};

/// Uses an invitation.
class JoinDialog : public QDialog {
    Q_OBJECT
public:
    JoinDialog(const PageContext& context, const QString& line, QWidget* parent);

private:
    void join();

    PageContext m_context;
    QLineEdit *m_line, *m_node_name, *m_own_name;
    Banner* m_problem;
    QPushButton* m_join;
};

/// A key's name and rights.
class PeerDialog : public QDialog {
    Q_OBJECT
public:
    /// With an id of zeros the key is asked for.
    PeerDialog(const Peer& peer, QWidget* parent);
    Peer peer() const;

private:
    void check();

    Peer m_peer;
    QLineEdit *m_id, *m_name;
    RightsBoxes* m_rights;
    QPushButton* m_ok;
};

}  // namespace tessera::ui
