// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/store/search_query.h"

#include "core/base/utf8.h"

#include <algorithm>
#include <cctype>

namespace tessera {

namespace {

constexpr std::size_t kMaxWords = 16;
constexpr std::size_t kMaxWordBytes = 100;

bool isWordByte(unsigned char c) { return std::isalnum(c) != 0 || c >= 0x80; }

/// FTS5: every word as a quoted string and a prefix, so that nothing typed is read as its query language.
std::string matchExpression(const SearchQuery& search) {
    std::string expression;
    for (const std::string& word : search.words) expression += (expression.empty() ? "\"" : " \"") + word + "\"*";
    return expression;
}

/// LIKE with the wildcards of the word escaped.
std::string likePattern(const std::string& word) {
    std::string pattern = "%";
    for (const char c : word) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern + "%";
}

Result<void> collect(Statement& query, int limit, std::vector<SearchHit>& hits) {
    for (int found = 0; found < limit; ++found) {
        TESSERA_TRY(const bool row, query.step());
        if (!row) return {};
        hits.push_back({ConversationId{query.integer(0)}, query.text(1),
                        MessageNumber{static_cast<std::int32_t>(query.integer(2))}, query.text(3)});
    }
    return {};
}

Result<void> scan(const Database& database, const char* select, const char* column, const SearchQuery& search,
                  int limit, std::vector<SearchHit>& hits) {
    std::string sql = select;
    for (std::size_t i = 0; i < search.words.size(); ++i) sql += std::string(" AND ") + column + " LIKE ? ESCAPE '\\'";
    sql += " ORDER BY c.updated_ms DESC LIMIT ?";
    TESSERA_TRY(auto query, database.prepare(sql.c_str()));
    for (const std::string& word : search.words) query.bind(likePattern(word));
    query.bind(std::int64_t{limit});
    return collect(query, limit, hits);
}

}  // namespace

SearchQuery parseSearch(std::string_view typed) {
    SearchQuery search;
    std::string word;
    const auto finish = [&] {
        if (!word.empty() && search.words.size() < kMaxWords) search.words.push_back(truncateUtf8(word, kMaxWordBytes));
        word.clear();
    };
    const std::string valid = toValidUtf8(typed);
    for (const char c : valid) {
        if (isWordByte(static_cast<unsigned char>(c)))
            word += c;
        else
            finish();
    }
    finish();
    // From U+2E80 (lead byte E2 BA) on: CJK and its neighbours.
    for (const std::string& each : search.words)
        for (std::size_t i = 0; i + 1 < each.size(); ++i) {
            const auto lead = static_cast<unsigned char>(each[i]), next = static_cast<unsigned char>(each[i + 1]);
            if ((lead == 0xe2 && next >= 0xba) || (lead >= 0xe3 && lead <= 0xed) || lead == 0xf0) search.needs_scan = true;
        }
    return search;
}

Result<void> searchTitles(const Database& database, const SearchQuery& search, int limit, std::vector<SearchHit>& hits) {
    return scan(database, "SELECT c.id, c.title, 0, '' FROM conversation c WHERE c.removed = 0", "c.title", search, limit,
                hits);
}

Result<void> searchMessages(const Database& database, const SearchQuery& search, int limit,
                            std::vector<SearchHit>& hits) {
    if (search.needs_scan)
        return scan(database,
                    "SELECT c.id, c.title, m.number, substr(m.text, 1, 120) FROM message m JOIN conversation c ON"
                    " c.id = m.conversation WHERE m.removed = 0 AND c.removed = 0",
                    "m.text", search, limit, hits);
    TESSERA_TRY(auto query, database.prepare(
        "SELECT c.id, c.title, m.number, snippet(message_text, 0, char(2), char(3), '…', 12)"
        " FROM message_text JOIN message m ON m.row = message_text.rowid JOIN conversation c ON c.id = m.conversation"
        " WHERE message_text MATCH ? AND m.removed = 0 AND c.removed = 0 ORDER BY c.updated_ms DESC, m.number LIMIT ?"));
    query.bind(matchExpression(search)).bind(std::int64_t{limit});
    return collect(query, limit, hits);
}

}  // namespace tessera
