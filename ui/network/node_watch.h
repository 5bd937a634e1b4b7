// SPDX-License-Identifier: GPL-3.0-or-later
// This machine's list of peers, its open invitations, and what nodes say now, asked off the UI thread.
#pragma once

#include "core/compute/invitations.h"
#include "core/compute/node_directory.h"

#include <QObject>

#include <memory>
#include <vector>

namespace tessera::ui {

class Job;
class JobRunner;

/// UI thread only. Lives as long as the program.
class NodeWatch : public QObject {
    Q_OBJECT
public:
    explicit NodeWatch(JobRunner& jobs, QObject* parent = nullptr);

    /// Asks all; a second call while it does so is remembered for afterwards.
    void refresh();
    /// Nothing was heard before the first changed().
    bool hasHeard() const { return m_heard; }
    const std::vector<ListedPeer>& peers() const { return m_peers; }
    /// Those that nobody has used and that have not expired.
    const std::vector<OpenInvitation>& invitations() const { return m_invitations; }
    const ListedPeer* find(const NodeId& id) const;
    /// Whether any peer computes for us.
    bool hasNodes() const;
    /// Name, or the first digits of the id.
    QString nameOf(const NodeId& id) const;
    /// This machine's id in hex; empty before the first changed().
    QString ownId() const { return m_own_id; }
    /// Why the list cannot be read; empty otherwise.
    QString problem() const { return m_problem; }

signals:
    void changed();

private:
    struct Heard;
    JobRunner& m_jobs;
    std::shared_ptr<NodeDirectory> m_directory;
    std::filesystem::path m_folder;
    std::vector<ListedPeer> m_peers;
    std::vector<OpenInvitation> m_invitations;
    QString m_own_id, m_problem;
    bool m_heard = false, m_asking = false, m_again = false;
};

}  // namespace tessera::ui
