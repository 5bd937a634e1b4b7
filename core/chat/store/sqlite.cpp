// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/store/sqlite.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/platform/paths.h"
#include "core/base/utf8.h"

namespace tessera {

namespace {

ErrorKind kindOf(int code) {
    switch (code & 0xff) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return ErrorKind::Corrupt;
        case SQLITE_NOMEM: return ErrorKind::OutOfMemory;
        case SQLITE_TOOBIG: return ErrorKind::InvalidArgument;
        default: return ErrorKind::Io;
    }
}

}  // namespace

Result<Database> Database::open(const std::filesystem::path& path) {
    Database database;
    database.m_name = toUtf8(path);
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(database.m_name.c_str(), &handle,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    database.m_handle.reset(handle);
    if (code != SQLITE_OK) return tl::unexpected(database.error("opening"));
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, 5000);  // another window or the command line is writing
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, static_cast<int>(64 * limits::MiB));
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    return database;
}

Error Database::error(std::string_view doing) const {
    const int code = m_handle ? sqlite3_extended_errcode(m_handle.get()) : SQLITE_NOMEM;
    std::string advice;
    if ((code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB)
        advice = "; move the file away to start anew, or restore it from a backup";
    if ((code & 0xff) == SQLITE_FULL) advice = "; free some space";
    return {kindOf(code), format("{}: {} conversations: {}{}", m_name, doing,
                                 m_handle ? sqlite3_errmsg(m_handle.get()) : "out of memory", advice)};
}

Result<void> Database::run(const char* sql) {
    if (sqlite3_exec(m_handle.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return tl::unexpected(error("changing"));
    return {};
}

Result<Statement> Database::prepare(const char* sql) const {
    sqlite3_stmt* handle = nullptr;
    if (sqlite3_prepare_v2(m_handle.get(), sql, -1, &handle, nullptr) != SQLITE_OK)
        return tl::unexpected(error("reading"));
    return Statement(*this, handle);
}

Result<std::int64_t> Database::integer(const char* sql) const {
    TESSERA_TRY(auto statement, prepare(sql));
    TESSERA_TRY(const bool row, statement.step());
    return row ? statement.integer(0) : 0;
}

Result<Transaction> Transaction::begin(Database& database) {
    // IMMEDIATE: waiting for another writer happens here, not in the middle.
    TESSERA_CHECK(database.run("BEGIN IMMEDIATE"));
    return Transaction(database);
}

Transaction::~Transaction() {
    if (m_database != nullptr) (void)m_database->run("ROLLBACK");
}

Result<void> Transaction::commit() {
    TESSERA_CHECK(m_database->run("COMMIT"));
    m_database = nullptr;
    return {};
}

Statement& Statement::bind(std::string_view text) {
    sqlite3_bind_text64(m_handle.get(), ++m_bound, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
    return *this;
}

Statement& Statement::bind(std::int64_t number) {
    sqlite3_bind_int64(m_handle.get(), ++m_bound, number);
    return *this;
}

Statement& Statement::bindNull() {
    sqlite3_bind_null(m_handle.get(), ++m_bound);
    return *this;
}

Result<bool> Statement::step() {
    const int code = sqlite3_step(m_handle.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return tl::unexpected(m_database->error("reading"));
}

Result<void> Statement::finish() {
    const int code = sqlite3_step(m_handle.get());
    Result<void> result;
    if (code != SQLITE_DONE && code != SQLITE_ROW) result = tl::unexpected(m_database->error("saving"));
    sqlite3_reset(m_handle.get());
    sqlite3_clear_bindings(m_handle.get());
    m_bound = 0;
    return result;
}

std::string Statement::text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(m_handle.get(), column));
    if (bytes == nullptr) return {};
    return toValidUtf8({bytes, static_cast<std::size_t>(sqlite3_column_bytes(m_handle.get(), column))});
}

}  // namespace tessera
