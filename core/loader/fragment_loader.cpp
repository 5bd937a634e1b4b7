// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/fragment_loader.h"

#include "core/base/format.h"
#include "core/base/quote.h"

namespace tessera {

Result<std::vector<float>> LoadedTensor::toFloat32() const {
    const TensorTypeTraits& t = traits(type);
    if (!t.dequantizable) return fail(ErrorKind::Unsupported, format("tensor {}: values of type {} cannot be turned into numbers", inQuotes(name), t.name));
    if (bytes.size() % t.block_bytes != 0) {
        return fail(ErrorKind::Corrupt, format("tensor {}: {} bytes are no whole number of {} blocks", inQuotes(name), bytes.size(), t.name));
    }
    std::vector<float> values(bytes.size() / t.block_bytes * static_cast<std::size_t>(t.block_elements));
    TESSERA_CHECK(dequantize(type, bytes, values));
    return values;
}

}  // namespace tessera
