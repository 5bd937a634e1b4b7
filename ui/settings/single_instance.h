// SPDX-License-Identifier: GPL-3.0-or-later
// One program per user: a second start hands its files to the first and ends.
#pragma once

#include <QObject>
#include <QStringList>

#include <memory>

class QLocalServer;
class QLockFile;

namespace tessera::ui {

class SingleInstance : public QObject {
    Q_OBJECT
public:
    /// `key` tells users and test runs apart; the socket can be reached by this user only.
    explicit SingleInstance(const QString& key, QObject* parent = nullptr);
    ~SingleInstance() override;

    /// True: this is the first, and listens from now on. False: `files` have been handed to the first (when it answered).
    bool claim(const QStringList& files);

signals:
    /// A second start; absolute paths, may be empty (then only the window should come to the front).
    void filesReceived(const QStringList& files);

private:
    void receive();
    bool handOver(const QStringList& files) const;

    QString m_name;
    std::unique_ptr<QLockFile> m_lock;
    QLocalServer* m_server;
};

}  // namespace tessera::ui
