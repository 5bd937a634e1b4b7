// SPDX-License-Identifier: GPL-3.0-or-later
// Full-text search. Include from .cpp files of core/chat/store only.
#pragma once

#include "core/chat/store/conversation_store.h"
#include "core/chat/store/sqlite.h"

#include <string>
#include <string_view>
#include <vector>

namespace tessera {

struct SearchQuery {
    std::vector<std::string> words;
    /// Some word is written without spaces between words (Chinese, Japanese, …): the index cannot find it inside a
    /// sentence, so the texts themselves are searched.
    bool needs_scan = false;
};

SearchQuery parseSearch(std::string_view typed);

/// Both append up to `limit` hits.
Result<void> searchTitles(const Database& database, const SearchQuery& search, int limit, std::vector<SearchHit>& hits);
Result<void> searchMessages(const Database& database, const SearchQuery& search, int limit,
                            std::vector<SearchHit>& hits);

}  // namespace tessera
