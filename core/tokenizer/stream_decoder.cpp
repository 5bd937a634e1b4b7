// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"
#include "core/tokenizer/tokenizer.h"

#include <algorithm>
#include <utility>

namespace tessera {

std::string StreamDecoder::push(TokenId token) {
    const bool special = m_special || std::ranges::find(m_shown, token) != m_shown.end();
    m_pending += m_tokenizer.piece(token, special);
    const std::size_t complete = m_pending.size() - incompleteUtf8Suffix(m_pending);
    std::string text = toValidUtf8(std::string_view(m_pending).substr(0, complete));
    m_pending.erase(0, complete);
    return text;
}

std::string StreamDecoder::flush() { return toValidUtf8(std::exchange(m_pending, {})); }

}  // namespace tessera
