// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/single_instance.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QLocalServer>
#include <QLocalSocket>
#include <QLockFile>

namespace tessera::ui {
namespace {

constexpr int kAnswerMs = 3000;
constexpr qint64 kMaxMessageBytes = 64 * 1024;

}  // namespace

SingleInstance::SingleInstance(const QString& key, QObject* parent) : QObject(parent), m_server(new QLocalServer(this)) {
    const QByteArray digest = QCryptographicHash::hash((key + QDir::homePath()).toUtf8(), QCryptographicHash::Sha256).toHex().left(24);
    m_name = QStringLiteral("tessera-") + QString::fromLatin1(digest);
    m_lock = std::make_unique<QLockFile>(QDir::temp().filePath(m_name + QStringLiteral(".lock")));
    m_lock->setStaleLockTime(0);  // held as long as the process lives
    m_server->setSocketOptions(QLocalServer::UserAccessOption);
    connect(m_server, &QLocalServer::newConnection, this, &SingleInstance::receive);
}

SingleInstance::~SingleInstance() = default;

bool SingleInstance::claim(const QStringList& files) {
    if (!m_lock->tryLock(100)) {
        if (handOver(files)) return false;
        return true;  // the first does not answer: better two windows than none
    }
    QLocalServer::removeServer(m_name);  // of a run that was killed
    m_server->listen(m_name);
    return true;
}

bool SingleInstance::handOver(const QStringList& files) const {
    QLocalSocket socket;
    socket.connectToServer(m_name);
    if (!socket.waitForConnected(kAnswerMs)) return false;
    QStringList absolute;
    for (const QString& file : files) absolute.append(QFileInfo(file).absoluteFilePath());
    socket.write(absolute.join(QLatin1Char('\n')).toUtf8() + '\0');
    return socket.waitForBytesWritten(kAnswerMs) && socket.waitForReadyRead(kAnswerMs);
}

void SingleInstance::receive() {
    QLocalSocket* socket = m_server->nextPendingConnection();
    connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
    connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
        const QByteArray text = socket->peek(kMaxMessageBytes);
        const qsizetype end = text.indexOf('\0');
        if (end < 0) {
            if (text.size() >= kMaxMessageBytes) socket->abort();
            return;
        }
        socket->readAll();
        socket->write("ok");
        socket->flush();
        socket->disconnectFromServer();
        emit filesReceived(QString::fromUtf8(text.left(end)).split(QLatin1Char('\n'), Qt::SkipEmptyParts));
    });
}

}  // namespace tessera::ui
