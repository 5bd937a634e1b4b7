// SPDX-License-Identifier: GPL-3.0-or-later
// A server with the API, and what a client reads from it.
#pragma once

#include "core/api/openai_service.h"
#include "tests/support/raw_http.h"
#include "tests/support/test_model.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace tessera::test {

inline constexpr const char* kModel = "the-model";

/// The API over the real server and the default model.
struct Api {
    OpenAiService service;
    std::unique_ptr<HttpServer> server;

    explicit Api(std::size_t parallel = 4)
        : service({kModel, {.context_tokens = 1024}, {}, parallel}, [](const Operation& operation) { return loadModel(defaultModel(), {}, operation); }) {
        auto started = HttpServer::start({}, [this](ServerRequest request, std::shared_ptr<ServerReply> reply) {
            if (!service.answer(request, reply)) sendError(*reply, 404, "nothing", "not_found_error", "not_found");
        });
        if (!started) qFatal("%s", started.error().message.c_str());
        server = *std::move(started);
    }
    quint16 port() const { return server->port(); }
};

inline QJsonObject object(const QByteArray& json) { return QJsonDocument::fromJson(json).object(); }

inline QByteArray chatBody(QJsonObject more, const QString& question = QStringLiteral("Tell me the capital of France.")) {
    more["messages"] = QJsonArray{QJsonObject{{"role", "user"}, {"content", question}}};
    if (!more.contains("max_tokens")) more["max_tokens"] = 24;
    if (!more.contains("temperature")) more["temperature"] = 0;
    return QJsonDocument(more).toJson(QJsonDocument::Compact);
}

inline QJsonObject firstChoice(const QJsonObject& answer) { return answer["choices"].toArray().first().toObject(); }
inline QString contentOf(const RawAnswer& answer) { return firstChoice(object(answer.body))["message"].toObject()["content"].toString(); }

inline QList<QJsonObject> events(const QByteArray& stream) {
    QList<QJsonObject> list;
    for (const QByteArray& line : stream.split('\n'))
        if (line.startsWith("data: {")) list << object(line.mid(6));
    return list;
}

}  // namespace tessera::test
