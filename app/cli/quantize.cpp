// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/output_file.h"
#include "app/cli/set_argument.h"
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/engine/bridge/rebuilt_gguf.h"
#include "core/fragment/fragmenter.h"
#include "core/generate/quantizer.h"
#include "core/gguf/reader.h"

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <map>
#include <memory>

namespace tessera::cli {

namespace {

struct Options {
    std::optional<std::string> set;
    std::string type;
    std::string output;
    bool force = false;
    QuantizeOptions quantize;
};

/// The quantiser reads a file by its name: verified bytes in a file without one.
Result<void> quantizeInto(const std::filesystem::path& unfinished, const Options& options, const OpenModel& model, VerbOperation& running) {
    const Operation operation = running.operation();
    if (model.set.store->manifest().files.size() > 1)
        return fail(ErrorKind::Unsupported, "the model is split into several files; rebuild it as one first (llama-gguf-split --merge)");
    TESSERA_TRY(const std::vector<File> files, rebuildGguf(*model.source, operation));
    running.bar().setUnit(ProgressUnit::Steps);
    auto made = quantizeModel(fromUtf8(files.front().reopenPath()), unfinished, options.type, options.quantize, operation);
    if (!made && !options.quantize.requantize && made.error().message.find("requantizing") != std::string::npos)
        return fail(ErrorKind::Unsupported, made.error().message + "; begin from F16 or F32, or allow it with --requantize");
    return made;
}

Result<std::filesystem::path> finish(const std::filesystem::path& unfinished, const std::filesystem::path& target, const Operation& operation) {
    {
        TESSERA_TRY(File written, File::open(unfinished, File::Mode::ReadWrite));
        TESSERA_CHECK(written.sync());
    }
    // A manifest of what stood there before must not lie beside the new file.
    if (const auto old = findInPlaceManifest(target); !old.empty()) {
        std::error_code ignored;
        std::filesystem::remove(old, ignored);
    }
    TESSERA_CHECK(renameDurably(unfinished, target));
    return fragmentInPlace(target, {}, operation);
}

/// The type of most bytes that are quantised.
std::optional<std::string_view> quantisedType(const GgufModel& model) {
    std::map<std::string_view, std::uint64_t> bytes;
    for (const TensorInfo& tensor : model.tensors)
        if (traits(tensor.type).quantized) bytes[traits(tensor.type).name] += tensor.size_bytes;
    if (bytes.empty()) return std::nullopt;
    return std::ranges::max_element(bytes, {}, [](const auto& each) { return each.second; })->first;
}

Result<int> act(const Options& options, Output& output) {
    const auto began = std::chrono::steady_clock::now();
    VerbOperation running(output, ProgressUnit::Bytes);
    TESSERA_TRY(const OpenModel model, openModel(options.set, output, running.operation()));
    const std::filesystem::path target = fromUtf8(options.output);
    TESSERA_CHECK(checkMayWrite(target, model.set, options.force));
    if (const auto quantised = quantisedType(model.source->model()); quantised && options.quantize.requantize)
        output.note(format("it is quantised already ({}), and what that lost stays lost: made from F16 the result would be better", *quantised));
    const std::filesystem::path unfinished = unfinishedPath(target);
    auto written = quantizeInto(unfinished, options, model, running);
    running.bar().setUnit(ProgressUnit::Bytes);
    auto manifest = written ? finish(unfinished, target, running.operation()) : Result<std::filesystem::path>(tl::unexpected(written.error()));
    running.bar().finish();
    if (!manifest) {
        std::error_code ignored;
        std::filesystem::remove(unfinished, ignored);
        return tl::unexpected(inSet(std::move(manifest).error(), model.set.path));
    }
    std::error_code ignored;
    const std::uint64_t before = model.set.store->manifest().totalBytes(), after = std::filesystem::file_size(target, ignored);
    output.line(format("{}  {} ({} before)", toUtf8(target), formatBytes(after), formatBytes(before)));
    output.line(format("manifest  {}", toUtf8(*manifest)));
    if (after > before) output.note(format("it is larger than what it was made from, and no better: {} takes more bits than the model had", options.type));
    output.result({{"path", toUtf8(target)}, {"type", options.type}, {"size_bytes", after}, {"size_bytes_before", before}, {"manifest", toUtf8(*manifest)},
                   {"seconds", std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count()}});
    return kExitFine;
}

}  // namespace

void addQuantizeVerb(CommandLine& line) {
    const auto options = std::make_shared<Options>();
    Verb& verb = line.addVerb("quantize", "Make a smaller model of a fragment set, by llama.cpp's quantiser");
    verb.details("The fragments are verified as they are read, and the new GGUF is cut in place, so that it is a fragment set as well. "
                 "It appears whole or not at all.");
    addSetArgument(verb, options->set);
    verb.group("Quantising");
    verb.parsed("-t,--type", "TYPE", [options](const std::string& text) -> Result<void> {
        options->type = text;
        std::ranges::transform(options->type, options->type.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        const auto types = quantizerTypes();
        if (std::ranges::find(types, options->type) != types.end()) return {};
        return fail(ErrorKind::InvalidArgument, format("'{}' is no type; there are {}", text, fmt::join(types, ", ")));
    }, {}, "What the matrices become: q8_0, q4_k_m, q6_k, q4_0, iq4_xs, f16, …");
    verb.require("--type");
    verb.text("-o,--output", "FILE.gguf", options->output, "File to write");
    verb.require("--output");
    verb.flag("--requantize", options->quantize.requantize, "Also what is quantised already: it loses more than if it came from F16");
    verb.number<int>("--threads", options->quantize.threads, {0, limits::kMaxThreads}, "Threads; 0 is all cores");
    verb.flag("--force", options->force, "Replace a file that exists");
    verb.outputOptions(line.outputOptions());
    verb.example("tessera quantize model-f16.gguf --type q4_k_m -o model-q4_k_m.gguf", "a quarter of the size");
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli
