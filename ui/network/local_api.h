// SPDX-License-Identifier: GPL-3.0-or-later
// The OpenAI-compatible server of this machine, and what went wrong with its requests.
#pragma once

#include "core/api/model_server.h"
#include "ui/network/running_service.h"

#include <QDateTime>

#include <deque>

namespace tessera::ui {

class LocalApi : public RunningService {
    Q_OBJECT
public:
    static constexpr std::size_t kMaxFailures = 200;

    using RunningService::RunningService;

    struct Numbers {
        QString url, model, key;  // key: empty when none is asked for
        ServerCounts counts;
    };
    struct Failure {
        QDateTime at;
        int status = 0;
        QString request, message;
    };
    /// `with_key`: clients need this user's server key; always so beyond this machine.
    void start(const QString& set, ModelServerOptions options, bool with_key);
    /// As last heard; only good while On.
    const Numbers& numbers() const { return m_numbers; }
    /// Newest first.
    const std::deque<Failure>& failures() const { return m_failures; }

signals:
    void failed();

private:
    Numbers m_numbers;
    std::deque<Failure> m_failures;
};

}  // namespace tessera::ui
