// SPDX-License-Identifier: GPL-3.0-or-later
// A client that sends exactly the bytes a test wants, and reads answers.
#pragma once

#include <QByteArray>
#include <QElapsedTimer>
#include <QList>
#include <QTcpSocket>

#include <map>
#include <memory>

namespace tessera::test {

struct RawAnswer {
    int status = 0;          // 0: no answer came
    std::map<QByteArray, QByteArray> headers;  // names in lower case
    QByteArray body;
    QByteArray header(const QByteArray& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? QByteArray() : found->second;
    }
};

/// One connection. One thread at a time.
class RawClient {
public:
    explicit RawClient(quint16 port) {
        m_socket.connectToHost(QStringLiteral("127.0.0.1"), port);
        m_socket.waitForConnected(5000);
    }
    QTcpSocket& socket() { return m_socket; }
    void send(const QByteArray& bytes) {
        m_socket.write(bytes);
        while (m_socket.bytesToWrite() > 0 && m_socket.waitForBytesWritten(5000)) {}
    }
    /// "GET", "/manifest", further header lines each with "\r\n".
    RawAnswer ask(const QByteArray& method, const QByteArray& path, const QByteArray& headers = {}, const QByteArray& body = {}) {
        QByteArray request = method + ' ' + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers;
        if (!body.isEmpty()) request += "Content-Length: " + QByteArray::number(body.size()) + "\r\nContent-Type: application/json\r\n";
        send(request + "\r\n" + body);
        return answer(method == "HEAD");
    }
    RawAnswer answer(bool head_only = false) {
        RawAnswer got;
        const QByteArray head = readUntil("\r\n\r\n");
        if (head.isEmpty()) return got;
        const auto lines = head.split('\n');
        got.status = lines.first().split(' ').value(1).toInt();
        for (const QByteArray& line : lines.mid(1)) {
            const auto colon = line.indexOf(':');
            if (colon > 0) got.headers[line.left(colon).toLower()] = line.mid(colon + 1).trimmed();
        }
        if (head_only || got.status == 304) return got;
        if (got.header("transfer-encoding") == "chunked") {
            for (;;) {
                const qsizetype size = readUntil("\r\n").trimmed().toLongLong(nullptr, 16);
                got.body += readBytes(size);
                readBytes(2);
                if (size == 0) return got;
            }
        }
        got.body = readBytes(got.header("content-length").toLongLong());
        return got;
    }
    /// Whether the server ends the connection within `ms`.
    bool isEnded(int ms) {
        QElapsedTimer timer;
        timer.start();
        while (m_socket.state() == QAbstractSocket::ConnectedState && timer.elapsed() < ms) m_socket.waitForReadyRead(20);
        return m_socket.state() != QAbstractSocket::ConnectedState;
    }
    QByteArray readUntil(const QByteArray& mark, int ms = 20'000) {
        QElapsedTimer timer;
        timer.start();
        qsizetype at;
        while ((at = m_buffer.indexOf(mark)) < 0) {
            if (timer.elapsed() > ms || !more()) return {};
        }
        const QByteArray taken = m_buffer.left(at + mark.size());
        m_buffer.remove(0, taken.size());
        return taken;
    }

private:
    bool more() {
        if (m_socket.bytesAvailable() == 0 && !m_socket.waitForReadyRead(200) && m_socket.state() != QAbstractSocket::ConnectedState && m_socket.bytesAvailable() == 0) return false;
        m_buffer += m_socket.readAll();
        return true;
    }
    QByteArray readBytes(qsizetype size) {
        QElapsedTimer timer;
        timer.start();
        while (m_buffer.size() < size && timer.elapsed() < 60'000 && more()) {}
        const QByteArray taken = m_buffer.left(size);
        m_buffer.remove(0, taken.size());
        return taken;
    }

    QTcpSocket m_socket;
    QByteArray m_buffer;
};

}  // namespace tessera::test
