// SPDX-License-Identifier: GPL-3.0-or-later
// SQLite as values and errors. Include from .cpp files of core/chat/store only.
#pragma once

#include "core/base/result.h"

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace tessera {

class Statement;

/// One connection. One thread at a time.
class Database {
public:
    static Result<Database> open(const std::filesystem::path& path);

    Result<void> run(const char* sql);
    Result<Statement> prepare(const char* sql) const;
    Result<std::int64_t> integer(const char* sql) const;
    std::int64_t changes() const { return sqlite3_changes64(m_handle.get()); }
    /// The last error in words, with the file's name.
    Error error(std::string_view doing) const;

private:
    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };
    std::unique_ptr<sqlite3, Close> m_handle;
    std::string m_name;
};

/// Rolls back unless commit() was called.
class Transaction {
public:
    static Result<Transaction> begin(Database& database);
    Transaction(Transaction&& other) noexcept : m_database(std::exchange(other.m_database, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();
    Result<void> commit();

private:
    explicit Transaction(Database& database) : m_database(&database) {}
    Database* m_database;
};

/// Parameters are bound in order, columns are read by position from 0.
class Statement {
public:
    Statement& bind(std::string_view text);
    Statement& bind(std::int64_t number);
    Statement& bindNull();
    /// true: a row is there to be read.
    Result<bool> step();
    /// For statements without rows; the statement can be bound again.
    Result<void> finish();

    std::string text(int column) const;
    std::int64_t integer(int column) const { return sqlite3_column_int64(m_handle.get(), column); }

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
    };
    Statement(const Database& database, sqlite3_stmt* handle) : m_database(&database), m_handle(handle) {}
    const Database* m_database;
    std::unique_ptr<sqlite3_stmt, Finalize> m_handle;
    int m_bound = 0;
};

}  // namespace tessera
