// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/store/schema.h"

#include "core/base/format.h"

#include <array>

namespace tessera {

namespace {

// A step is never changed once it was released: databases out there have run it.
constexpr std::array kSteps{
    // 1: conversations, messages as a tree, full-text search over the messages
    R"sql(
CREATE TABLE conversation(
  id INTEGER PRIMARY KEY, title TEXT NOT NULL, title_is_automatic INTEGER NOT NULL, folder TEXT NOT NULL,
  pinned INTEGER NOT NULL, model TEXT NOT NULL, system_prompt TEXT NOT NULL, sampling TEXT NOT NULL,
  context_policy TEXT NOT NULL, created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE message(
  row INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, number INTEGER NOT NULL, parent INTEGER NOT NULL,
  role TEXT NOT NULL, text TEXT NOT NULL, created_ms INTEGER NOT NULL, chosen INTEGER NOT NULL, facts TEXT NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0, UNIQUE(conversation, number));
CREATE VIRTUAL TABLE message_text USING fts5(text, content='message', content_rowid='row',
  tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER message_added AFTER INSERT ON message BEGIN
  INSERT INTO message_text(rowid, text) VALUES (new.row, new.text); END;
CREATE TRIGGER message_gone AFTER DELETE ON message BEGIN
  INSERT INTO message_text(message_text, rowid, text) VALUES ('delete', old.row, old.text); END;
CREATE TRIGGER message_changed AFTER UPDATE OF text ON message BEGIN
  INSERT INTO message_text(message_text, rowid, text) VALUES ('delete', old.row, old.text);
  INSERT INTO message_text(rowid, text) VALUES (new.row, new.text); END;
)sql",
    // 2: attached files, unsent drafts, the user's sampling presets
    R"sql(
ALTER TABLE message ADD COLUMN attachments TEXT NOT NULL DEFAULT '';
ALTER TABLE conversation ADD COLUMN draft TEXT NOT NULL DEFAULT '';
CREATE TABLE preset(name TEXT PRIMARY KEY, settings TEXT NOT NULL) WITHOUT ROWID;
)sql",
    // 3: token probabilities, apart from the messages because they are many times their size and seldom looked at
    R"sql(
CREATE TABLE trace(conversation INTEGER NOT NULL, number INTEGER NOT NULL, tokens TEXT NOT NULL,
  PRIMARY KEY(conversation, number));
CREATE TRIGGER trace_gone AFTER DELETE ON message BEGIN
  DELETE FROM trace WHERE conversation = old.conversation AND number = old.number; END;
)sql",
};

}  // namespace

int schemaVersion() { return static_cast<int>(kSteps.size()); }

Result<void> migrate(Database& database, int version) {
    // The version is read inside the transaction: two programs may start at once.
    TESSERA_TRY(Transaction transaction, Transaction::begin(database));
    TESSERA_TRY(const std::int64_t found, database.integer("PRAGMA user_version"));
    if (found > schemaVersion())
        return fail(ErrorKind::Unsupported,
                    format("the conversations have format {}, this program knows up to {}: update Tessera", found,
                           schemaVersion()));
    for (std::int64_t step = found; step < version; ++step) {
        TESSERA_CHECK(database.run(kSteps[static_cast<std::size_t>(step)]));
        TESSERA_CHECK(database.run(format("PRAGMA user_version = {}", step + 1).c_str()));
    }
    return transaction.commit();
}

}  // namespace tessera
