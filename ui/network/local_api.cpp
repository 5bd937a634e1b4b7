// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/local_api.h"

#include "core/base/platform/paths.h"
#include "core/compute/identity.h"
#include "ui/model/model_holder.h"

namespace tessera::ui {

void LocalApi::start(const QString& set, ModelServerOptions options, bool with_key) {
    options.server.on_failure = [this](const FailedRequest& request) {
        Failure failure{QDateTime::currentDateTime(), request.status, QString::fromStdString(request.request), QString::fromStdString(request.message)};
        QMetaObject::invokeMethod(this, [this, failure = std::move(failure)] {
            m_failures.push_front(failure);
            if (m_failures.size() > kMaxFailures) m_failures.pop_back();
            emit failed();
        }, Qt::QueuedConnection);
    };
    const auto key = std::make_shared<std::string>();  // known once it is open
    run(
        tr("Local API of %1").arg(setTitle(set)),
        [path = fromUtf8(set.toStdString()), options = std::move(options), with_key, key](const Operation& operation) mutable -> Result<std::unique_ptr<ModelServer>> {
            if (with_key) {
                TESSERA_TRY(*key, serverKey(identityFolder()));
            }
            options.server.token = *key;
            return ModelServer::start(path, options, operation);
        },
        [key](const ModelServer& server) {
            return Numbers{QString::fromStdString(server.url()), QString::fromStdString(server.modelName()), QString::fromStdString(*key), server.counts()};
        },
        [this](const Numbers& numbers) { m_numbers = numbers; });
}

}  // namespace tessera::ui
