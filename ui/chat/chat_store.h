// SPDX-License-Identifier: GPL-3.0-or-later
// The database of conversations on a thread of its own, so that no commit is waited for by the window.
#pragma once

#include "core/chat/store/conversation_store.h"

#include <QObject>
#include <QPointer>
#include <QString>
#include <QThreadPool>

#include <filesystem>
#include <functional>
#include <memory>
#include <type_traits>

namespace tessera::ui {

/// UI thread only, but for what runs inside the work. Work is done in the order it was given. The destructor waits until
/// everything is on the disk.
class ChatStore : public QObject {
    Q_OBJECT
public:
    /// Opened by the first work, made when missing. Where it cannot be opened every work fails with that error.
    explicit ChatStore(std::filesystem::path file, QObject* parent = nullptr);
    ~ChatStore() override;

    const std::filesystem::path& file() const { return m_file; }

    /// `work` is called as `Result<T> work(ConversationStore&)`, `done` as `done(Result<T>)` on the UI thread, unless
    /// `receiver` has been deleted by then.
    template <class Work, class Done>
    void run(Work work, QObject* receiver, Done done) {
        using Outcome = std::invoke_result_t<Work, ConversationStore&>;
        start([this, work = std::move(work), guard = QPointer<QObject>(receiver), done = std::move(done)]() mutable {
            auto outcome = std::make_shared<Outcome>(call<Outcome>(work));
            QMetaObject::invokeMethod(this, [outcome, guard, done = std::move(done)]() mutable {
                if (guard) done(std::move(*outcome));
            }, Qt::QueuedConnection);
        });
    }

    /// For saving: a failure is told by saveFailed().
    void save(std::function<Result<void>(ConversationStore&)> work);

    /// Everything given so far is on the disk when it returns. For the end and for tests.
    void flush();

signals:
    void saveFailed(const QString& message);

private:
    template <class Outcome, class Work>
    Outcome call(Work& work) {
        if (auto opened = open(); !opened) return tl::unexpected<Error>(opened.error());
        return work(*m_store);
    }
    void start(std::function<void()> task);
    Result<void> open();

    std::filesystem::path m_file;
    std::unique_ptr<ConversationStore> m_store;  // of the worker
    QThreadPool m_worker;
};

}  // namespace tessera::ui
