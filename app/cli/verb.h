// SPDX-License-Identifier: GPL-3.0-or-later
// One verb of the command line: its options with their checks, and what it does. CLI11 stands behind it, unseen: its
// headers are slow to compile.
#pragma once

#include "app/cli/output.h"
#include "core/base/result.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tessera::cli {

/// What a number may be. Shown in the help and in the message for a number outside.
template <class T>
struct Range {
    T least;
    T most;
};

/// How an option's text becomes a value: the error is the message after "--name: ".
using ValueParser = std::function<Result<void>(const std::string&)>;

class Verb {
public:
    struct Impl;
    explicit Verb(std::unique_ptr<Impl> impl);
    ~Verb();
    Verb(const Verb&) = delete;
    Verb& operator=(const Verb&) = delete;

    const std::string& name() const;

    /// Paragraphs for the help, after the one-line summary.
    void details(std::string text);
    /// "tessera list --layer 3", then what it does.
    void example(std::string command, std::string meaning);
    /// Heading under which the following options stand in the help.
    void group(std::string heading);

    // Positional arguments, in order. The optional ones stay nullopt when left out.
    void positional(std::string placeholder, std::string& target, std::string help);
    void positional(std::string placeholder, std::optional<std::string>& target, std::string help);
    /// One or more, the last of a verb's positional arguments.
    void positionals(std::string placeholder, std::vector<std::string>& targets, std::string help);

    void flag(std::string names, bool& target, std::string help);
    /// Free text; `placeholder` FILE, DIR or SET lets a shell complete paths.
    void text(std::string names, std::string placeholder, std::string& target, std::string help);
    void text(std::string names, std::string placeholder, std::optional<std::string>& target, std::string help);
    /// May be given several times.
    void texts(std::string names, std::string placeholder, std::vector<std::string>& targets, std::string help);
    /// Anything else that is one text; `default_text` is for the help.
    void parsed(std::string names, std::string placeholder, ValueParser parse, std::string default_text, std::string help,
                bool repeatable = false);
    /// One of the named values.
    template <class T>
    void choice(std::string names, T& target, std::vector<std::pair<std::string, T>> values, std::string help);

    /// Whole numbers of any width; `default_text` when the default's number says nothing ("all cores" for 0).
    template <class T>
        requires std::is_integral_v<T>
    void number(std::string names, T& target, Range<T> range, std::string help, std::string default_text = {});
    template <class T>
        requires std::is_integral_v<T>
    void number(std::string names, std::optional<T>& target, Range<T> range, std::string help, std::string default_text = {});
    void number(std::string names, float& target, Range<double> range, std::string help);

    /// Left out of every list: for the build, not for people.
    void hide();
    void require(std::string_view name);
    /// The two options cannot stand together.
    void exclude(std::string_view a, std::string_view b);
    /// --json, --quiet, --verbose.
    void outputOptions(OutputOptions& options, bool with_json = true);

    /// Looked at after parsing, before the action: an error is wrong usage.
    void check(std::function<Result<void>()> check);
    /// What the verb does; the result is the exit code.
    void action(std::function<Result<int>(Output&)> action);

private:
    using IntegerTarget = std::function<void(std::int64_t)>;
    void integer(std::string names, Range<std::int64_t> range, IntegerTarget assign, std::string help, std::string default_text);
    void oneOf(std::string names, std::vector<std::string> values, std::function<void(std::size_t)> assign,
               std::string default_text, std::string help);

    std::unique_ptr<Impl> m_impl;
    friend class CommandLine;
};

template <class T>
void Verb::choice(std::string names, T& target, std::vector<std::pair<std::string, T>> values, std::string help) {
    std::vector<std::string> texts;
    std::string default_text;
    for (const auto& [text, value] : values) {
        texts.push_back(text);
        if (value == target) default_text = text;
    }
    const auto assign = [&target, values = std::move(values)](std::size_t index) { target = values[index].second; };
    oneOf(std::move(names), std::move(texts), assign, std::move(default_text), std::move(help));
}

template <class T>
    requires std::is_integral_v<T>
void Verb::number(std::string names, T& target, Range<T> range, std::string help, std::string default_text) {
    if (default_text.empty()) default_text = std::to_string(target);
    integer(std::move(names), {static_cast<std::int64_t>(range.least), static_cast<std::int64_t>(range.most)},
            [&target](std::int64_t value) { target = static_cast<T>(value); }, std::move(help), std::move(default_text));
}

template <class T>
    requires std::is_integral_v<T>
void Verb::number(std::string names, std::optional<T>& target, Range<T> range, std::string help, std::string default_text) {
    integer(std::move(names), {static_cast<std::int64_t>(range.least), static_cast<std::int64_t>(range.most)},
            [&target](std::int64_t value) { target = static_cast<T>(value); }, std::move(help), std::move(default_text));
}

}  // namespace tessera::cli
