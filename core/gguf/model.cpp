// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gguf/model.h"

#include "core/base/format.h"
#include "core/base/quote.h"

namespace tessera {

const TensorInfo* GgufModel::findTensor(std::string_view name) const {
    const auto found = m_index.find(name);
    return found == m_index.end() ? nullptr : &tensors[found->second];
}

std::string GgufModel::architecture() const {
    const auto name = metadata.string("general.architecture");
    return name ? std::string(*name) : std::string();
}

Result<void> GgufModel::indexTensors() {
    m_index.clear();
    m_index.reserve(tensors.size());
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        if (!m_index.emplace(tensors[i].name, i).second) {
            return fail(ErrorKind::Corrupt, fmt::format("tensor {} appears twice", inQuotes(tensors[i].name)));
        }
    }
    return {};
}

}  // namespace tessera
