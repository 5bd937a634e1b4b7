// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.h"

#include "app/cli/help.h"
#include "app/cli/nearest.h"
#include "app/cli/verb_impl.h"
#include "core/base/format.h"
#include "core/base/log.h"
#include "core/base/platform/system.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <cstdio>
#include <new>

namespace tessera::cli {

namespace {

constexpr const char* kSummary = "runs large language models from verified fragments";

OptionInfo infoOf(const CLI::Option& option) {
    OptionInfo info;
    info.positional = option.get_positional();
    info.required = option.get_required();
    info.repeatable = option.get_expected_max() > 1;
    info.help = option.get_description();
    info.default_text = option.get_default_str();
    info.group = info.positional ? "Arguments" : option.get_group();
    if (option.get_type_size_max() > 0) info.placeholder = option.get_type_name();
    for (const std::string& name : option.get_snames()) info.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) info.names.push_back("--" + name);
    return info;
}

/// Positionals first, then in the order in which they were added; --help last.
std::vector<OptionInfo> optionsOf(const CLI::App& app) {
    std::vector<OptionInfo> options;
    const auto take = [&](auto wanted) {
        for (const CLI::Option* option : app.get_options()) {
            if (wanted(*option)) options.push_back(infoOf(*option));
        }
    };
    const CLI::Option* help = app.get_help_ptr();
    take([](const CLI::Option& o) { return o.get_positional(); });
    take([&](const CLI::Option& o) { return !o.get_positional() && &o != help; });
    take([&](const CLI::Option& o) { return &o == help; });
    return options;
}

bool contains(const std::vector<std::string>& arguments, std::string_view wanted) {
    const auto end = std::find(arguments.begin(), arguments.end(), "--");
    return std::find(arguments.begin(), end, wanted) != end;
}

void replaceAll(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::size_t helpColumns() { return static_cast<std::size_t>(std::clamp(terminalColumns(), 60, 110)); }

}  // namespace

struct CommandLine::Impl {
    CLI::App app{kSummary, "tessera"};
    std::string version;
    std::vector<std::unique_ptr<Verb>> verbs;
    Output output;
    bool show_version = false;

    Verb* chosen() const;
    int parsed(const std::vector<std::string>& arguments, const CommandTree& tree);
    int act(const Verb& verb);
    int usageError(const std::string& message, const std::vector<std::string>& arguments);
    std::string unexpected(const CommandTree& tree) const;
};

CommandLine::CommandLine(std::string version) : m_impl(std::make_unique<Impl>()) {
    m_impl->version = std::move(version);
    CLI::App& app = m_impl->app;
    app.require_subcommand(0, 1);
    app.set_help_flag("-h,--help", "Show this help");
    app.add_flag("--version", m_impl->show_version, "Show the version");
}

CommandLine::~CommandLine() = default;

Verb& CommandLine::addVerb(std::string name, std::string summary) {
    auto impl = std::make_unique<Verb::Impl>();
    impl->app = m_impl->app.add_subcommand(name, summary);
    impl->app->set_help_flag("-h,--help", "Show this help")->group("Output");
    return *m_impl->verbs.emplace_back(std::make_unique<Verb>(std::move(impl)));
}

OutputOptions& CommandLine::outputOptions() { return m_impl->output.options; }

CommandTree CommandLine::tree() const {
    CommandTree tree{m_impl->version, kSummary, optionsOf(m_impl->app), {}};
    for (const auto& verb : m_impl->verbs) {
        const Verb::Impl& impl = *verb->m_impl;
        tree.verbs.push_back({impl.app->get_name(), impl.app->get_description(), impl.details, impl.examples,
                              optionsOf(*impl.app), impl.hidden});
    }
    return tree;
}

int CommandLine::run(const std::vector<std::string>& arguments) {
    // "tessera help run" is what people try who come from git.
    if (!arguments.empty() && arguments.front() == "help") {
        return run(arguments.size() > 1 ? std::vector<std::string>{arguments[1], "--help"} : std::vector<std::string>{"--help"});
    }
    try {
        return m_impl->parsed(arguments, tree());
    } catch (const std::bad_alloc&) {
        m_impl->output.error({ErrorKind::OutOfMemory, "this machine has not enough memory for that"});
    } catch (const std::exception& error) {
        m_impl->output.error({ErrorKind::Io, format("unexpected: {}", error.what())});
    }
    return kExitFailed;
}

Verb* CommandLine::Impl::chosen() const {
    for (const auto& verb : verbs) {
        if (verb->m_impl->app->parsed()) return verb.get();
    }
    return nullptr;
}

int CommandLine::Impl::parsed(const std::vector<std::string>& arguments, const CommandTree& tree) {
    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::CallForHelp&) {
        const Verb* verb = chosen();
        if (!verb && !app.remaining(true).empty()) return usageError(unexpected(tree), arguments);
        const auto info = std::find_if(tree.verbs.begin(), tree.verbs.end(), [&](const VerbInfo& v) { return verb && v.name == verb->name(); });
        print(info == tree.verbs.end() ? programHelp(tree, helpColumns()) : verbHelp(*info, helpColumns()));
        return output.finish() ? kExitFine : kExitFailed;
    } catch (const CLI::ExtrasError&) {
        return usageError(unexpected(tree), arguments);
    } catch (const CLI::ArgumentMismatch& error) {
        const std::string what = error.what();
        const bool missing = what.find(" required ") != std::string::npos;
        return usageError(missing ? what.substr(0, what.find(':')) + " needs a value" : what, arguments);
    } catch (const CLI::ExcludesError& error) {
        std::string what = error.what();
        replaceAll(what, " excludes ", " cannot be used together with ");
        return usageError(what, arguments);
    } catch (const CLI::ParseError& error) {
        return usageError(error.what(), arguments);
    }
    if (show_version) {
        print(format("tessera {}\n", version));
        return output.finish() ? kExitFine : kExitFailed;
    }
    const Verb* verb = chosen();
    if (!verb) {
        std::fputs(programHelp(tree, helpColumns()).c_str(), stderr);
        return kExitUsage;
    }
    for (const auto& check : verb->m_impl->checks) {
        if (auto checked = check(); !checked) return usageError(checked.error().message, arguments);
    }
    return act(*verb);
}

int CommandLine::Impl::act(const Verb& verb) {
    setLogLevel(output.options.verbose ? LogLevel::Debug : output.options.quiet ? LogLevel::Error : LogLevel::Warning);
    const Result<int> done = verb.m_impl->action(output);
    int code = done.value_or(kExitFailed);
    if (!done) {
        output.error(done.error());
        if (done.error().kind == ErrorKind::Cancelled) code = kExitInterrupted;
    }
    if (const auto finished = output.finish(); !finished && done) {
        output.error(finished.error());
        code = kExitFailed;
    }
    return code;
}

int CommandLine::Impl::usageError(const std::string& message, const std::vector<std::string>& arguments) {
    // Parsing may have stopped before it reached --json.
    output.options.json = contains(arguments, "--json");
    const Verb* verb = chosen();
    output.usageError(message, format("Try 'tessera {}--help'.", verb ? verb->name() + " " : ""));
    return kExitUsage;
}

/// What to say about the first argument that nothing takes.
std::string CommandLine::Impl::unexpected(const CommandTree& tree) const {
    const std::vector<std::string> left = app.remaining(true);
    const std::string argument = left.empty() ? "" : left.front();
    const Verb* verb = chosen();
    const bool is_option = argument.starts_with("-");
    std::vector<std::string> candidates;
    for (const VerbInfo& info : tree.verbs) {
        if (!verb && !is_option && !info.hidden) candidates.push_back(info.name);
        if (!verb || !is_option || info.name != verb->name()) continue;
        for (const OptionInfo& option : info.options) candidates.insert(candidates.end(), option.names.begin(), option.names.end());
    }
    std::string message = is_option ? format("there is no option {}", argument.substr(0, argument.find('=')))
                          : verb    ? format("'{}' is one argument too many", argument)
                                    : format("there is no verb '{}'", argument);
    if (const auto meant = nearest(argument.substr(0, argument.find('=')), candidates)) message += format("; did you mean {}?", *meant);
    return message;
}

}  // namespace tessera::cli
