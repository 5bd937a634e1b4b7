// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/prompt_source.h"
#include "app/cli/set_argument.h"
#include "app/cli/table.h"
#include "app/cli/verb_operation.h"
#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/tokenizer/load_tokenizer.h"

#include <nlohmann/json.hpp>

#include <charconv>
#include <memory>

namespace tessera::cli {

namespace {

struct Options {
    std::optional<std::string> set;
    std::optional<std::string> text;
    std::optional<std::string> file;
    std::optional<std::vector<TokenId>> decode;
    bool special = false;
    bool no_bos = false;
};

/// Ids with commas or spaces between.
Result<std::vector<TokenId>> parseIds(const std::string& text) {
    std::vector<TokenId> ids;
    std::string_view rest = text;
    while (true) {
        rest.remove_prefix(std::min(rest.find_first_not_of(", []\t\n"), rest.size()));
        if (rest.empty()) return ids;
        std::int32_t id = 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), id);
        const std::string_view word = rest.substr(0, rest.find_first_of(", []\t\n"));
        if (error != std::errc() || id < 0 || end != word.data() + word.size()) {
            return fail(ErrorKind::InvalidArgument, format("'{}' is no token id; write ids with commas between, for example 1,72,105", word));
        }
        ids.push_back(TokenId{id});
        rest.remove_prefix(word.size());
    }
}

Result<std::unique_ptr<Tokenizer>> openTokenizer(const Options& options, Output& output, const Operation& operation) {
    TESSERA_TRY(const OpenModel model, openModel(options.set, output, operation));
    return loadTokenizer(*model.source, findTokenizerModel(model.set));
}

Result<void> checkIds(const Tokenizer& tokenizer, const std::vector<TokenId>& ids) {
    for (const TokenId id : ids) {
        if (static_cast<std::size_t>(toInt(id)) < tokenizer.vocabularySize()) continue;
        return fail(ErrorKind::InvalidArgument, format("token {} is outside the vocabulary, which has tokens 0 to {}", toInt(id), tokenizer.vocabularySize() - 1));
    }
    return {};
}

void report(Output& output, const Tokenizer& tokenizer, const std::vector<TokenId>& ids, const std::string& text) {
    Table table({{"id", true}, {"piece"}});
    nlohmann::ordered_json tokens = nlohmann::ordered_json::array();
    nlohmann::ordered_json numbers = nlohmann::ordered_json::array();
    for (const TokenId id : ids) {
        const std::string piece = tokenizer.piece(id, true);
        table.add({std::to_string(toInt(id)), jsonLine(piece)});
        tokens.push_back({{"id", toInt(id)}, {"piece", piece}});
        numbers.push_back(toInt(id));
    }
    output.text(table.text());
    output.result({{"text", text}, {"count", ids.size()}, {"ids", numbers}, {"tokens", tokens}, {"tokenizer", tokenizer.description()}});
}

Result<int> act(const Options& options, Output& output) {
    VerbOperation running(output, ProgressUnit::Bytes);
    TESSERA_TRY(const auto tokenizer, openTokenizer(options, output, running.operation()));
    running.bar().finish();
    if (options.decode) {
        TESSERA_CHECK(checkIds(*tokenizer, *options.decode));
        const std::string text = tokenizer->decode(*options.decode, options.special);
        if (output.json()) report(output, *tokenizer, *options.decode, text);
        else output.line(text);
        return kExitFine;
    }
    if (!options.set && isPath(options.text)) {
        output.note(format("'{}' is taken as the text; to use its vocabulary, give a text behind it, or --file - for standard input", *options.text));
    }
    TESSERA_TRY(const std::string text, textFrom(options.text, options.file, "text"));
    TESSERA_TRY(const std::vector<TokenId> ids, tokenizer->encode(text, {.add_special = !options.no_bos, .parse_special = options.special}));
    report(output, *tokenizer, ids, text);
    return kExitFine;
}

}  // namespace

void addTokenizeVerb(CommandLine& line) {
    const auto options = std::make_shared<Options>();
    Verb& verb = line.addVerb("tokenize", "Turn text into token ids and pieces, or back");
    verb.details("A single argument is the text, for the default set (with --file or --decode it is the set). Without a text, "
                 "standard input is read.");
    addSetArgument(verb, options->set);
    verb.positional("TEXT", options->text, "The text");
    verb.group("Tokens");
    verb.text("-f,--file", "FILE", options->file, "Read the text from a file, - is standard input");
    const auto decode = [options](const std::string& text) -> Result<void> {
        TESSERA_TRY(options->decode, parseIds(text));
        return {};
    };
    verb.parsed("--decode", "IDS", decode, {}, "Turn these ids into text, for example 1,72,105");
    verb.exclude("--decode", "--file");
    verb.flag("--special", options->special, "Obey special tokens in the text; with --decode, show them");
    verb.flag("--no-bos", options->no_bos, "Without the tokens that begin and end every text of the model");
    verb.outputOptions(line.outputOptions());
    verb.example("tessera tokenize 'Hello, Wörld'", "ids and pieces in the default set's vocabulary");
    verb.example("tessera tokenize model.gguf --decode 19556,28", "the text of two tokens");
    verb.check([options]() -> Result<void> {
        const bool text_elsewhere = options->file || options->decode;
        if (text_elsewhere && options->text) return fail(ErrorKind::InvalidArgument, "TEXT cannot be used together with --file or --decode");
        if (!text_elsewhere && !options->text) std::swap(options->set, options->text);
        if (options->decode) return {};
        return checkTextGiven(options->text, options->file, "text");
    });
    verb.action([options](Output& output) { return act(*options, output); });
}

}  // namespace tessera::cli
