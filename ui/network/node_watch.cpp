// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/node_watch.h"

#include "ui/jobs/job_runner.h"
#include "ui/widgets/error_text.h"

#include <algorithm>

namespace tessera::ui {
namespace {

constexpr std::chrono::milliseconds kPatience{1500};

}  // namespace

struct NodeWatch::Heard {
    QString own_id;
    std::vector<ListedPeer> peers;
    std::vector<OpenInvitation> invitations;
};

NodeWatch::NodeWatch(JobRunner& jobs, QObject* parent) : QObject(parent), m_jobs(jobs) {}

void NodeWatch::refresh() {
    if (m_asking) {
        m_again = true;
        return;
    }
    m_asking = true;
    if (!m_directory || m_folder != identityFolder()) {
        m_folder = identityFolder();
        m_directory = std::make_shared<NodeDirectory>(m_folder);
    }
    JobInfo info;
    info.title = tr("Ask the nodes");
    info.pool = JobPool::Network;
    info.quiet = true;
    const auto work = [directory = m_directory, folder = m_folder](const Operation&) -> Result<Heard> {
        Heard heard;
        TESSERA_TRY(const auto identity, loadOrCreateIdentity(folder));
        heard.own_id = QString::fromStdString(toHex(identity.id));
        TESSERA_TRY(heard.invitations, InvitationList(folder).list());
        std::erase_if(heard.invitations, [](const OpenInvitation& each) { return each.used_by.has_value(); });
        TESSERA_TRY(heard.peers, directory->ask(kPatience));
        return heard;
    };
    m_jobs.start(std::move(info), work, this, [this](Result<Heard> heard) {
        m_asking = false;
        m_heard = true;
        m_problem = heard ? QString() : errorText(heard.error());
        if (heard) {
            m_own_id = heard->own_id;
            m_peers = std::move(heard->peers);
            m_invitations = std::move(heard->invitations);
        } else {
            m_peers.clear();
            m_invitations.clear();
        }
        emit changed();
        if (std::exchange(m_again, false)) refresh();
    });
}

const ListedPeer* NodeWatch::find(const NodeId& id) const {
    const auto found = std::ranges::find_if(m_peers, [&](const ListedPeer& each) { return each.peer.id == id; });
    return found == m_peers.end() ? nullptr : &*found;
}

bool NodeWatch::hasNodes() const {
    return std::ranges::any_of(m_peers, [](const ListedPeer& each) { return !each.peer.endpoint.empty(); });
}

QString NodeWatch::nameOf(const NodeId& id) const {
    const ListedPeer* listed = find(id);
    return QString::fromStdString(listed && !listed->peer.name.empty() ? listed->peer.name : shortId(id));
}

}  // namespace tessera::ui
