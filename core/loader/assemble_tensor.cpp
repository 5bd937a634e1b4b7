// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loader/assemble_tensor.h"

#include "core/base/format.h"
#include "core/base/parallel.h"
#include "core/base/quote.h"

#include <algorithm>

namespace tessera {

Result<LoadedTensor> assembleTensor(FragmentLoader& loader, const FragmentIndexByTensor& index, std::string_view name,
                                    const Operation& operation) {
    const Manifest& manifest = loader.manifest();
    const auto fragments = index.find(name);
    if (fragments.empty()) return fail(ErrorKind::NotFound, format("{}: there is no tensor {}", manifest.model_name, inQuotes(name)));
    const Fragment& first = manifest.at(fragments.front());
    const Fragment& last = manifest.at(fragments.back());
    LoadedTensor tensor{std::string(name), first.tensor_type, first.shape, {}, {fragments.begin(), fragments.end()}};
    tensor.bytes.resize(static_cast<std::size_t>(last.offset + last.size_bytes - first.offset));
    ProgressMeter meter(operation, tensor.bytes.size(), "loading");
    TESSERA_CHECK(parallelFor(fragments.size(), 0, operation.stop, [&](std::size_t i) -> Result<void> {
        TESSERA_TRY(const auto bytes, loader.loadRaw(fragments[i], Operation{operation.stop, {}}));
        std::copy(bytes.begin(), bytes.end(), tensor.bytes.begin() + static_cast<std::ptrdiff_t>(manifest.at(fragments[i]).offset - first.offset));
        meter.add(bytes.size());
        return {};
    }));
    meter.finish();
    return tensor;
}

}  // namespace tessera
