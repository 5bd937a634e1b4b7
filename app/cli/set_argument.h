// SPDX-License-Identifier: GPL-3.0-or-later
// The SET argument of most verbs.
#pragma once

#include "app/cli/verb.h"
#include "core/base/operation.h"
#include "core/fragment/fragment_store.h"
#include "core/gguf/tensor_source.h"
#include "core/loader/fragment_loader.h"
#include "core/loader/fragment_set.h"
#include "core/loader/fragment_tensor_source.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace tessera::cli {

void addSetArgument(Verb& verb, std::optional<std::string>& set);

/// Whether a single argument that is taken for something else is the path of a file or folder.
bool isPath(const std::optional<std::string>& argument);

/// Carries the secret of a server where an option does not: an option is seen by other users of the machine.
inline constexpr const char* kServeTokenVariable = "TESSERA_TOKEN";      // what a server of ours asks for
inline constexpr const char* kLinkTokenVariable = "TESSERA_LINK_TOKEN";  // what the servers behind links ask for
std::string environment(const char* variable);  // empty when it is not set

/// Fetches the set first when the user named a link, into the user's data folder; what is there is not fetched again.
Result<std::filesystem::path> localSetPath(const std::optional<std::string>& set, Output& output, const Operation& operation);

/// The path the user named, or the default set, which is told: it depends on the working folder. NotFound says where one
/// was looked for.
Result<std::filesystem::path> setPath(const std::optional<std::string>& set, Output& output);

/// An error about a fragment names the fragment: here it also gets the set's path, and what to do.
Error inSet(Error error, const std::filesystem::path& set);

/// Opens it and tells when there is nothing to verify against.
Result<FragmentSet> openSet(const std::optional<std::string>& set, Output& output, const Operation& operation);

/// A set with what reads tensors from it. Members are listed so that each is destroyed before what it borrows.
struct OpenModel {
    FragmentSet set;
    std::unique_ptr<FragmentLoader> loader;
    std::unique_ptr<TensorSource> source;
};
Result<OpenModel> openModel(const std::optional<std::string>& set, Output& output, const Operation& operation);

}  // namespace tessera::cli
