// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/verb.h"

#include "app/cli/verb_impl.h"
#include "core/base/format.h"

#include <algorithm>
#include <charconv>

namespace tessera::cli {

namespace {

/// from_chars over the whole text; people may write a plus sign.
template <class T>
std::optional<T> wholeNumber(std::string_view text) {
    if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// Digits that do not fit 64 bits are out of range, not a misspelling.
bool digitsOnly(std::string_view text) {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<std::int64_t> parseInteger(const std::string& text, Range<std::int64_t> range) {
    const auto value = wholeNumber<std::int64_t>(text);
    if (value && *value >= range.least && *value <= range.most) return *value;
    if (value || digitsOnly(text)) {
        return fail(ErrorKind::InvalidArgument, format("{} is out of range; give a number from {} to {}", text, range.least, range.most));
    }
    return fail(ErrorKind::InvalidArgument, format("'{}' is not a whole number; give one from {} to {}", text, range.least, range.most));
}

Result<double> parseReal(const std::string& text, Range<double> range) {
    const auto value = wholeNumber<double>(text);
    if (!value || *value != *value) {
        return fail(ErrorKind::InvalidArgument, format("'{}' is not a number; give one from {} to {}", text, range.least, range.most));
    }
    if (*value >= range.least && *value <= range.most) return *value;
    return fail(ErrorKind::InvalidArgument, format("{} is out of range; give a number from {} to {}", text, range.least, range.most));
}

/// "-n,--tokens" is "--tokens" in messages.
std::string labelOf(const std::string& names) { return names.substr(names.rfind(',') + 1); }

CLI::callback_t callbackOf(std::string label, ValueParser parse) {
    return [label = std::move(label), parse = std::move(parse)](const CLI::results_t& texts) {
        for (const std::string& text : texts) {
            if (auto parsed = parse(text); !parsed) throw CLI::ValidationError(label, parsed.error().message);
        }
        return true;
    };
}

template <class Target>
ValueParser storeIn(Target& target) {
    return [&target](const std::string& text) -> Result<void> {
        target = text;
        return {};
    };
}

}  // namespace

Verb::Verb(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Verb::~Verb() = default;

const std::string& Verb::name() const { return m_impl->app->get_name(); }

void Verb::details(std::string text) { m_impl->details = std::move(text); }

void Verb::example(std::string command, std::string meaning) {
    m_impl->examples.push_back(std::move(command) + "\t" + std::move(meaning));
}

void Verb::group(std::string heading) { m_impl->heading = std::move(heading); }

void Verb::positional(std::string placeholder, std::string& target, std::string help) {
    m_impl->app->add_option(placeholder, callbackOf(placeholder, storeIn(target)), help)
        ->type_name(placeholder)->required()->take_last();
}

void Verb::positional(std::string placeholder, std::optional<std::string>& target, std::string help) {
    m_impl->app->add_option(placeholder, callbackOf(placeholder, storeIn(target)), help)->type_name(placeholder)->take_last();
}

void Verb::positionals(std::string placeholder, std::vector<std::string>& targets, std::string help) {
    m_impl->app->add_option(placeholder, callbackOf(placeholder, [&targets](const std::string& text) -> Result<void> {
                                targets.push_back(text);
                                return {};
                            }), help)
        ->type_name(placeholder)->required()->expected(1, CLI::detail::expected_max_vector_size);
}

void Verb::flag(std::string names, bool& target, std::string help) {
    m_impl->app->add_flag(names, target, help)->group(m_impl->heading);
}

void Verb::text(std::string names, std::string placeholder, std::string& target, std::string help) {
    parsed(std::move(names), std::move(placeholder), storeIn(target), target, std::move(help));
}

void Verb::text(std::string names, std::string placeholder, std::optional<std::string>& target, std::string help) {
    parsed(std::move(names), std::move(placeholder), storeIn(target), {}, std::move(help));
}

void Verb::texts(std::string names, std::string placeholder, std::vector<std::string>& targets, std::string help) {
    const auto append = [&targets](const std::string& text) -> Result<void> {
        targets.push_back(text);
        return {};
    };
    parsed(std::move(names), std::move(placeholder), append, {}, std::move(help), true);
}

void Verb::parsed(std::string names, std::string placeholder, ValueParser parse, std::string default_text, std::string help,
                  bool repeatable) {
    CLI::Option* option = m_impl->app->add_option(names, callbackOf(labelOf(names), std::move(parse)), help);
    option->type_name(placeholder)->group(m_impl->heading)->default_str(default_text);
    if (repeatable) {
        option->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args(false)->take_all();
    } else {
        option->take_last();
    }
}

void Verb::oneOf(std::string names, std::vector<std::string> values, std::function<void(std::size_t)> assign,
                 std::string default_text, std::string help) {
    const std::string placeholder = fmt::format("{}", fmt::join(values, "|"));
    const auto parse = [values, assign = std::move(assign)](const std::string& text) -> Result<void> {
        const auto found = std::find(values.begin(), values.end(), text);
        if (found == values.end()) {
            return fail(ErrorKind::InvalidArgument, format("'{}' is not one of {}", text, fmt::join(values, ", ")));
        }
        assign(static_cast<std::size_t>(found - values.begin()));
        return {};
    };
    parsed(std::move(names), placeholder, parse, std::move(default_text), std::move(help));
}

void Verb::integer(std::string names, Range<std::int64_t> range, IntegerTarget assign, std::string help, std::string default_text) {
    const auto parse = [range, assign = std::move(assign)](const std::string& text) -> Result<void> {
        TESSERA_TRY(const std::int64_t value, parseInteger(text, range));
        assign(value);
        return {};
    };
    parsed(std::move(names), "N", parse, std::move(default_text), format("{}; {} to {}", help, range.least, range.most));
}

void Verb::number(std::string names, float& target, Range<double> range, std::string help) {
    const auto parse = [range, &target](const std::string& text) -> Result<void> {
        TESSERA_TRY(const double value, parseReal(text, range));
        target = static_cast<float>(value);
        return {};
    };
    parsed(std::move(names), "X", parse, format("{}", target), format("{}; {} to {}", help, range.least, range.most));
}

void Verb::hide() { m_impl->hidden = true; }

void Verb::require(std::string_view name) { m_impl->app->get_option(std::string(name))->required(); }

void Verb::exclude(std::string_view a, std::string_view b) {
    m_impl->app->get_option(std::string(a))->excludes(m_impl->app->get_option(std::string(b)));
}

void Verb::outputOptions(OutputOptions& options, bool with_json) {
    group("Output");
    if (with_json) flag("--json", options.json, "Print one JSON object on standard output and nothing else there");
    flag("-q,--quiet", options.quiet, "No progress and no remarks, only results and errors");
    flag("-v,--verbose", options.verbose, "Tell on standard error what is being done");
    exclude("--quiet", "--verbose");
}

void Verb::check(std::function<Result<void>()> check) { m_impl->checks.push_back(std::move(check)); }

void Verb::action(std::function<Result<int>(Output&)> action) { m_impl->action = std::move(action); }

}  // namespace tessera::cli
