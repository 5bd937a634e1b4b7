// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/http_server.h"

#include <QSslConfiguration>
#include <QSslSocket>
#include <QTcpServer>
#include <QTcpSocket>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <stdexcept>

namespace tessera::test {

namespace {

constexpr int kTickMs = 20;
constexpr std::size_t kBlock = 64 * 1024;

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Reads up to the empty line; nothing when the client left.
std::optional<WebRequest> readRequest(QTcpSocket& socket, const std::atomic<bool>& down) {
    QByteArray text;
    while (!text.contains("\r\n\r\n")) {
        if (down) return std::nullopt;
        if (socket.bytesAvailable() == 0 && !socket.waitForReadyRead(kTickMs)) {
            if (socket.state() != QAbstractSocket::ConnectedState) return std::nullopt;
            continue;
        }
        text += socket.readAll();
    }
    const QList<QByteArray> lines = text.split('\n');
    WebRequest request;
    request.path = lines.front().split(' ').value(1).toStdString();
    for (const QByteArray& line : lines.mid(1)) {
        const auto colon = line.indexOf(':');
        if (colon > 0) request.headers[lower(line.left(colon).toStdString())] = line.mid(colon + 1).trimmed().toStdString();
    }
    return request;
}

}  // namespace

std::string WebRequest::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
}

std::optional<std::pair<std::uint64_t, std::uint64_t>> WebRequest::range() const {
    const std::string text = header("range");
    const auto equals = text.find('='), dash = text.find('-');
    if (equals == std::string::npos || dash == std::string::npos) return std::nullopt;
    const std::string end = text.substr(dash + 1);
    return std::pair(std::stoull(text.substr(equals + 1)), end.empty() ? UINT64_MAX : std::stoull(end) + 1);
}

bool WebReply::head(std::string_view status, const std::string& headers) {
    const std::string text = "HTTP/1.1 " + std::string(status) + "\r\n" + headers + "\r\n";
    m_socket.write(text.data(), static_cast<qint64>(text.size()));
    return m_socket.state() == QAbstractSocket::ConnectedState;
}

bool WebReply::send(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        if (m_down || m_socket.state() != QAbstractSocket::ConnectedState) return false;
        const auto block = bytes.first(std::min(bytes.size(), kBlock));
        if (m_socket.write(reinterpret_cast<const char*>(block.data()), static_cast<qint64>(block.size())) < 0) return false;
        while (m_socket.bytesToWrite() > 0) {
            if (m_down || (!m_socket.waitForBytesWritten(kTickMs) && m_socket.state() != QAbstractSocket::ConnectedState)) return false;
        }
        m_sent += block.size();
        bytes = bytes.subspan(block.size());
    }
    return true;
}

bool WebReply::wait(int ms) {
    m_socket.flush();
    for (int waited = 0; waited < ms; waited += kTickMs) {
        if (m_down) return false;
        m_socket.waitForReadyRead(kTickMs);
        if (m_socket.state() != QAbstractSocket::ConnectedState) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

void serve(const WebRequest& request, WebReply& reply, const ServedFile& file) {
    const std::uint64_t size = file.bytes.size();
    const auto range = file.ranges ? request.range() : std::nullopt;
    const bool same = request.header("if-range").empty() || request.header("if-range") == file.etag;
    std::string headers = file.more_headers;
    if (!file.etag.empty()) headers += "ETag: " + file.etag + "\r\n";
    std::uint64_t begin = 0, end = size;
    std::string status = "200 OK";
    if (range && same) {
        begin = range->first;
        end = std::min(range->second, size);
        if (begin >= size) {
            reply.head("416 Range Not Satisfiable", "Content-Length: 0\r\n");
            return;
        }
        status = "206 Partial Content";
        headers += "Content-Range: bytes " + std::to_string(begin) + "-" + std::to_string(end - 1) + "/" + std::to_string(size) + "\r\n";
    }
    if (file.tells_length) headers += "Content-Length: " + std::to_string(end - begin) + "\r\n";
    else headers += "Connection: close\r\n";
    reply.head(status, headers);
    const std::uint64_t cut = std::min(end, begin + std::min(file.cut_after, size));
    if (!reply.send(file.bytes.subspan(begin, cut - begin)) || cut < end || !file.tells_length) reply.close();
}

TlsIdentity TlsIdentity::make() {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_RSA_gen(2048), &EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("127.0.0.1"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    X509_EXTENSION* address = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(certificate.get(), address, -1);
    X509_EXTENSION_free(address);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    const auto pem = [](auto write) {
        const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
        write(memory.get());
        char* data = nullptr;
        const long size = BIO_get_mem_data(memory.get(), &data);
        return QByteArray(data, size);
    };
    return {QSslKey(pem([&](BIO* to) { PEM_write_bio_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr); }), QSsl::Rsa),
            QSslCertificate(pem([&](BIO* to) { PEM_write_bio_X509(to, certificate.get()); }))};
}

/// Hands connections over as they come, without an event loop.
class WebServer::Listener : public QTcpServer {
public:
    explicit Listener(std::function<void(std::intptr_t)> take) : m_take(std::move(take)) {}

protected:
    void incomingConnection(qintptr descriptor) override { m_take(descriptor); }

private:
    std::function<void(std::intptr_t)> m_take;
};

WebServer::WebServer(Handler handler, std::optional<TlsIdentity> tls) : m_handler(std::move(handler)), m_tls(std::move(tls)) {
    m_listening = std::thread([this] {
        Listener listener([this](std::intptr_t descriptor) {
            ++m_connections;
            std::thread([this, descriptor] {
                converse(descriptor);
                --m_connections;
            }).detach();
        });
        if (!listener.listen(QHostAddress::LocalHost)) m_port = -1;
        else m_port = listener.serverPort();
        while (!m_down) listener.waitForNewConnection(kTickMs);
    });
    while (m_port == 0) std::this_thread::yield();
    if (m_port < 0) throw std::runtime_error("cannot listen on loopback");
}

WebServer::~WebServer() {
    m_down = true;
    m_listening.join();
    while (m_connections > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

std::string WebServer::url(std::string_view path) const {
    return (m_tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(m_port) + "/" + std::string(path);
}

void WebServer::converse(std::intptr_t descriptor) {
    QSslSocket socket;
    if (!socket.setSocketDescriptor(descriptor)) return;
    if (m_tls) {
        socket.setLocalCertificate(m_tls->certificate);
        socket.setPrivateKey(m_tls->key);
        socket.setPeerVerifyMode(QSslSocket::VerifyNone);
        socket.startServerEncryption();
        if (!socket.waitForEncrypted(5000)) return;
    }
    WebReply reply(socket, m_down, m_sent);
    while (!reply.isClosed()) {
        const auto request = readRequest(socket, m_down);
        if (!request) return;
        ++m_requests;
        const int now = ++m_at_once;
        for (int most = m_most_at_once; now > most && !m_most_at_once.compare_exchange_weak(most, now);) {}
        m_handler(*request, reply);
        --m_at_once;
        while (socket.bytesToWrite() > 0 && !m_down && socket.state() == QAbstractSocket::ConnectedState) socket.waitForBytesWritten(kTickMs);
    }
    socket.disconnectFromHost();
    if (socket.state() != QAbstractSocket::UnconnectedState) socket.waitForDisconnected(1000);
}

}  // namespace tessera::test
