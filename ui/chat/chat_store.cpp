// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/chat_store.h"

#include "ui/widgets/error_text.h"

namespace tessera::ui {

ChatStore::ChatStore(std::filesystem::path file, QObject* parent) : QObject(parent), m_file(std::move(file)) {
    m_worker.setMaxThreadCount(1);  // in order
    m_worker.setExpiryTimeout(-1);
}

ChatStore::~ChatStore() { flush(); }

void ChatStore::start(std::function<void()> task) { m_worker.start(std::move(task)); }

void ChatStore::save(std::function<Result<void>(ConversationStore&)> work) {
    start([this, work = std::move(work)]() mutable {
        const Result<void> saved = call<Result<void>>(work);
        if (saved) return;
        const QString message = errorText(saved.error());
        QMetaObject::invokeMethod(this, [this, message] { emit saveFailed(message); }, Qt::QueuedConnection);
    });
}

void ChatStore::flush() { m_worker.waitForDone(); }

Result<void> ChatStore::open() {
    if (m_store) return {};
    TESSERA_TRY(m_store, ConversationStore::open(m_file));
    // What was deleted in an earlier run has no undo any more.
    return m_store->purge();
}

}  // namespace tessera::ui
