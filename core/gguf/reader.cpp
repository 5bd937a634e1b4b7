// SPDX-License-Identifier: GPL-3.0-or-later
// Headers from files, and the parts of split models.
#include "core/gguf/reader.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"

#include <cctype>
#include <charconv>
#include <optional>
#include <utility>

namespace tessera {

namespace {

constexpr std::string_view kSplitNumber = "split.no";
constexpr std::string_view kSplitCount = "split.count";
constexpr std::string_view kSplitTensors = "split.tensors.count";

/// "name-00002-of-00003.gguf" taken apart.
struct SplitName {
    std::string stem;          // "name"
    std::string extension;     // ".gguf"
    std::uint32_t number = 0;  // 1-based
    std::uint32_t count = 0;

    std::string part(std::uint32_t index) const {
        return fmt::format("{}-{:05}-of-{:05}{}", stem, index + 1, count, extension);
    }
};

std::optional<std::uint32_t> fiveDigits(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::optional<SplitName> parseSplitName(const std::string& file_name) {
    constexpr std::string_view kPattern = "-00001-of-00003";
    const auto dot = file_name.rfind('.');
    if (dot == std::string::npos || dot < kPattern.size()) return std::nullopt;
    const std::string_view tail = std::string_view(file_name).substr(dot - kPattern.size(), kPattern.size());
    if (tail.front() != '-' || tail.substr(6, 4) != "-of-") return std::nullopt;
    const auto number = fiveDigits(tail.substr(1, 5));
    const auto count = fiveDigits(tail.substr(10, 5));
    if (!number || !count || *number < 1 || *number > *count) return std::nullopt;
    return SplitName{file_name.substr(0, dot - kPattern.size()), file_name.substr(dot), *number, *count};
}

/// The mapping, not a read: only the header's pages are touched, however large the file is.
Result<GgufHeader> readHeader(const std::filesystem::path& path) {
    TESSERA_TRY(const File file, File::open(path, File::Mode::Read));
    TESSERA_TRY(const std::uint64_t size, file.size());
    const std::string name = toUtf8(path);
    if (size == 0) return fail(ErrorKind::Corrupt, fmt::format("{}: the file is empty", name));
    TESSERA_TRY(const FileMapping mapping, FileMapping::map(file));
    auto header = parseGgufHeader(mapping.bytes(), size, name);
    TESSERA_CHECK(mapping.takeFault());  // zeros read in place of a bad page explain any other error
    if (header) header->file.name = toUtf8(path.filename());
    return header;
}

/// `split.count`, 1 when the file is no part of a split model.
Result<std::uint64_t> splitCount(const Metadata& metadata) {
    if (!metadata.find(kSplitCount)) return 1;
    TESSERA_TRY(const auto count, metadata.unsignedInteger(kSplitCount));
    if (count > limits::kMaxSplitFiles) {
        return fail(ErrorKind::Corrupt,
                    fmt::format("{} is {}, at most {} are allowed", kSplitCount, count, limits::kMaxSplitFiles));
    }
    return std::max<std::uint64_t>(count, 1);
}

/// The parts beside `path`, whose header says that the model has `count` of them.
Result<std::vector<std::filesystem::path>> partsBeside(const std::filesystem::path& path, std::uint64_t count) {
    if (count == 1) return std::vector{path};
    const auto name = parseSplitName(toUtf8(path.filename()));
    if (!name || name->count != count) {
        return fail(ErrorKind::Corrupt, fmt::format("{}: this is one of {} parts of a split model, but its name does "
                                                    "not end in '-00001-of-{:05}.gguf', so the "
                                                    "other parts cannot be found (give it its original name back)",
                                                    toUtf8(path), count, count));
    }
    std::vector<std::filesystem::path> parts;
    for (std::uint32_t i = 0; i < count; ++i) parts.push_back(path.parent_path() / fromUtf8(name->part(i)));
    return parts;
}

Result<void> checkPart(const GgufHeader& header, std::uint64_t index, std::uint64_t count) {
    const auto where = [&](const Error& error) { return failAt(header.file.name, error); };
    const auto its_count = splitCount(header.metadata);
    if (!its_count) return where(its_count.error());
    if (*its_count != count) {
        return fail(ErrorKind::Corrupt, fmt::format("{}: {} is {}, but {} files belong to the model", header.file.name,
                                                    kSplitCount, *its_count, count));
    }
    if (count == 1) return {};
    const auto number = header.metadata.unsignedInteger(kSplitNumber);
    if (!number) return where(number.error());
    if (*number != index) {
        return fail(ErrorKind::Corrupt,
                    fmt::format("{}: {} is {}, but the file stands in place {} (are the parts' names mixed up?)",
                                header.file.name, kSplitNumber, *number, index));
    }
    return {};
}

/// Every part that names the number of tensors of the whole model must be right.
Result<void> checkTensorTotal(const GgufHeader& header, std::uint64_t total) {
    if (!header.metadata.find(kSplitTensors)) return {};
    const auto announced = header.metadata.unsignedInteger(kSplitTensors);
    if (!announced) return failAt(header.file.name, announced.error());
    if (*announced != total) {
        return fail(ErrorKind::Corrupt,
                    fmt::format("{}: {} is {}, but the parts hold {} tensors (are they all of the same model?)",
                                header.file.name, kSplitTensors, *announced, total));
    }
    return {};
}

}  // namespace

Result<GgufModel> joinGgufHeaders(std::vector<GgufHeader> headers) {
    if (headers.empty()) return fail(ErrorKind::InvalidArgument, "a model has at least one file");
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        TESSERA_CHECK(checkPart(headers[i], i, headers.size()));
        total += headers[i].tensors.size();
    }
    GgufModel model;
    model.tensors.reserve(total);
    for (std::uint32_t i = 0; i < headers.size(); ++i) {
        if (headers.size() > 1) TESSERA_CHECK(checkTensorTotal(headers[i], total));
        model.files.push_back(std::move(headers[i].file));
        for (TensorInfo& tensor : headers[i].tensors) {
            tensor.file_index = i;
            model.tensors.push_back(std::move(tensor));
        }
    }
    model.metadata = std::move(headers.front().metadata);
    TESSERA_CHECK(model.indexTensors());
    return model;
}

Result<std::vector<std::filesystem::path>> ggufModelFiles(const std::filesystem::path& path) {
    TESSERA_TRY(const GgufHeader header, readHeader(path));
    const auto count = splitCount(header.metadata);
    if (!count) return failAt(toUtf8(path), count.error());
    return partsBeside(path, *count);
}

Result<GgufModel> readGgufModel(const std::filesystem::path& path) {
    TESSERA_TRY(GgufHeader named, readHeader(path));
    const auto count = splitCount(named.metadata);
    if (!count) return failAt(toUtf8(path), count.error());
    TESSERA_TRY(const auto parts, partsBeside(path, *count));
    std::vector<GgufHeader> headers;
    for (const std::filesystem::path& part : parts) {
        if (part == path) {
            headers.push_back(std::move(named));
            continue;
        }
        auto header = readHeader(part);
        if (!header)
            return fail(header.error().kind, fmt::format("a part of the split model: {}", header.error().message));
        headers.push_back(std::move(*header));
    }
    return joinGgufHeaders(std::move(headers));
}

}  // namespace tessera
