// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"
#include "core/tokenizer/tokenizer.h"

#include <utility>

namespace tessera {

std::string StreamDecoder::push(TokenId token) {
    m_pending += m_tokenizer.piece(token, m_special);
    const std::size_t complete = m_pending.size() - incompleteUtf8Suffix(m_pending);
    std::string text = toValidUtf8(std::string_view(m_pending).substr(0, complete));
    m_pending.erase(0, complete);
    return text;
}

std::string StreamDecoder::flush() { return toValidUtf8(std::exchange(m_pending, {})); }

}  // namespace tessera
