// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/set_argument.h"

#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/loader/local/local_loader.h"
#include "core/loader/network/download.h"

#include <cstdlib>

namespace tessera::cli {

void addSetArgument(Verb& verb, std::optional<std::string>& set) {
    verb.positional("SET", set, "Fragment folder, manifest, GGUF, or a link of one (fetched first); left out, the default set");
}

bool isPath(const std::optional<std::string>& argument) {
    std::error_code code;
    return argument && !argument->empty() && std::filesystem::exists(fromUtf8(*argument), code);
}

Error inSet(Error error, const std::filesystem::path& set) {
    const bool of_fragment = (error.kind == ErrorKind::Corrupt || error.kind == ErrorKind::NotFound) && error.message.find("fragment") != std::string::npos;
    const std::string path = toUtf8(set);
    if (!of_fragment || error.message.find(path) != std::string::npos) return error;
    error.message += format("\nThe set is {}; 'tessera verify' names all of its fragments that are bad or missing", path);
    return error;
}

Result<std::filesystem::path> setPath(const std::optional<std::string>& set, Output& output) {
    if (set) return fromUtf8(*set);
    TESSERA_TRY(auto path, defaultFragmentSet());
    output.note(format("the model is {}", toUtf8(path)));
    return path;
}

std::string environment(const char* variable) {
    const char* text = std::getenv(variable);
    return text ? text : "";
}

Result<std::filesystem::path> localSetPath(const std::optional<std::string>& set, Output& output, const Operation& operation) {
    if (!set || !looksLikeLink(*set)) return setPath(set, output);
    DownloadOptions options;
    options.http.token = environment(kLinkTokenVariable);
    TESSERA_TRY(const Downloaded downloaded, downloadModel(*set, options, operation));
    return downloaded.files.front();
}

Result<FragmentSet> openSet(const std::optional<std::string>& set, Output& output, const Operation& operation) {
    TESSERA_TRY(const std::filesystem::path path, localSetPath(set, output, operation));
    TESSERA_TRY(FragmentSet opened, openFragmentSet(path, operation));
    if (!opened.verifiable) {
        output.note(format("{} has no manifest, so there is nothing to verify its bytes against; 'tessera fragment' makes one",
                           toUtf8(path)));
    }
    return opened;
}

Result<OpenModel> openModel(const std::optional<std::string>& set, Output& output, const Operation& operation) {
    OpenModel model;
    TESSERA_TRY(model.set, openSet(set, output, operation));
    const VerifyPolicy policy = model.set.verifiable ? VerifyPolicy::FirstUse : VerifyPolicy::Never;
    model.loader = makeLocalLoader(*model.set.store, model.set.verifiable);
    auto source = makeFragmentTensorSource(*model.set.store, *model.loader, policy, operation);
    if (!source) return tl::unexpected(inSet(std::move(source).error(), model.set.path));
    model.source = *std::move(source);
    return model;
}

}  // namespace tessera::cli
