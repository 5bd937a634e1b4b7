// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/template_guard.h"

#include "core/base/format.h"
#include "core/base/limits.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tessera {

namespace {

constexpr int kMostExpressionTokens = 1000;
constexpr int kMostOpenBrackets = 64;
constexpr int kMostOpenBlocks = 128;
constexpr std::uint64_t kMostSteps = 100'000;
constexpr int kMostMacroDepth = 64;
constexpr std::size_t kFreeBytes = 4 * limits::MiB;  // of output, and of one computed value, beside what the messages hold
constexpr std::uint64_t kElementBytes = 200;         // what the engine spends on a value
constexpr std::chrono::seconds kMostTime{10};

}  // namespace

void TemplateBudget::start(std::size_t input_bytes) {
    *this = {};
    m_most_bytes = kFreeBytes + 8 * input_bytes;
    m_deadline = std::chrono::steady_clock::now() + kMostTime;
}

void TemplateBudget::stop(const char* limit) {
    m_exceeded = limit;
    throw std::runtime_error(limit);
}

/// The engine tries a new template several times: one limit passed ends the others at once.
void TemplateBudget::goOn() {
    if (m_exceeded) throw std::runtime_error(m_exceeded);
}

void TemplateBudget::step() {
    goOn();
    if (++m_steps > kMostSteps) stop("it loops more than 100000 times");
    if (std::chrono::steady_clock::now() > m_deadline) stop("it runs for more than 10 seconds");
}

void TemplateBudget::enterMacro() {
    step();
    if (++m_macro_depth > kMostMacroDepth) stop("its macros call each other more than 64 deep");
}

void TemplateBudget::leaveMacro() { --m_macro_depth; }

void TemplateBudget::output(std::size_t bytes) {
    goOn();
    m_output += bytes;
    if (m_output > m_most_bytes) stop("it puts out far more text than the messages hold");
}

void TemplateBudget::value(std::uint64_t bytes) {
    goOn();
    if (bytes > m_most_bytes) stop("it computes a value far larger than the messages");
}

namespace {

using Token = jinja::token;

/// Counts what stands open while one walks over the tokens.
class Nesting {
public:
    void pass(const std::vector<Token>& tokens, std::size_t i) {
        const Token::type type = tokens[i].t;
        ++m_expression;
        if (type == Token::text) m_expression = 0;
        if (type == Token::open_statement || type == Token::open_expression) m_expression = m_brackets = 0;
        if (type == Token::open_paren || type == Token::open_square_bracket || type == Token::open_curly_bracket) ++m_brackets;
        if (type == Token::close_paren || type == Token::close_square_bracket || type == Token::close_curly_bracket) --m_brackets;
        if (type == Token::open_statement && i + 1 < tokens.size()) statement(tokens, i + 1);
    }
    bool tooDeep() const {
        return m_expression > kMostExpressionTokens || m_brackets > kMostOpenBrackets || m_depth > kMostOpenBlocks;
    }

private:
    void statement(const std::vector<Token>& tokens, std::size_t i) {
        const std::string_view word = tokens[i].value;
        if (word.starts_with("end")) {
            if (m_blocks.empty()) return;
            m_depth -= m_blocks.back();
            m_blocks.pop_back();
        } else if (word == "elif" && !m_blocks.empty()) {
            ++m_blocks.back();  // nests in the tree like an "if" in the "else"
            ++m_depth;
        } else if (word != "else" && word != "break" && word != "continue" && !(word == "set" && assigns(tokens, i))) {
            m_blocks.push_back(1);
            ++m_depth;
        }
    }
    /// "{% set a = 1 %}", not the block "{% set a %}…{% endset %}".
    static bool assigns(const std::vector<Token>& tokens, std::size_t i) {
        for (; i < tokens.size() && tokens[i].t != Token::close_statement; ++i)
            if (tokens[i].t == Token::equals) return true;
        return false;
    }

    int m_expression = 0;
    int m_brackets = 0;
    int m_depth = 0;
    std::vector<int> m_blocks;  // how deep each open block nests
};

}  // namespace

Result<void> checkTemplateNesting(const jinja::lexer_result& source) {
    Nesting nesting;
    for (std::size_t i = 0; i < source.tokens.size(); ++i) {
        nesting.pass(source.tokens, i);
        if (nesting.tooDeep())
            return fail(ErrorKind::Unsupported, format("it nests too deep at byte {} (at most {} tokens in an expression, {} open "
                                                       "brackets, {} open blocks)", source.tokens[i].pos, kMostExpressionTokens,
                                                       kMostOpenBrackets, kMostOpenBlocks));
    }
    return {};
}

namespace {

using jinja::cast_stmt;
using jinja::cast_val;
using jinja::is_val;

std::uint64_t textBytes(const jinja::value& value, int depth = 0) {
    if (is_val<jinja::value_string>(value)) return value->val_str.length();
    if (!is_val<jinja::value_array>(value)) return 32;  // a number
    std::uint64_t bytes = 0;
    if (depth < 8)
        for (const auto& item : value->as_array()) bytes += textBytes(item, depth + 1);
    return bytes;
}

/// Runs nothing, counts a turn.
struct CountStep : jinja::statement {
    explicit CountStep(TemplateBudget& budget) : m_budget(budget) {}
    std::string type() const override { return "Loop"; }
    jinja::value execute_impl(jinja::context&) const override {
        m_budget.step();
        return jinja::mk_val<jinja::value_undefined>();
    }
    TemplateBudget& m_budget;
};

/// First and last statement of a macro. An exception between them ends the rendering, so the count needs no unwinding.
struct CountMacro : jinja::statement {
    CountMacro(TemplateBudget& budget, bool enters) : m_budget(budget), m_enters(enters) {}
    std::string type() const override { return "Macro"; }
    jinja::value execute_impl(jinja::context&) const override {
        m_enters ? m_budget.enterMacro() : m_budget.leaveMacro();
        return jinja::mk_val<jinja::value_undefined>();
    }
    TemplateBudget& m_budget;
    bool m_enters;
};

/// An expression or text in a block's body: its value is put out.
struct CountOutput : jinja::statement {
    CountOutput(TemplateBudget& budget, jinja::statement_ptr&& expression)
        : m_budget(budget), m_expression(std::move(expression)) {
        pos = m_expression->pos;
    }
    std::string type() const override { return m_expression->type(); }
    jinja::value execute_impl(jinja::context& context) const override {
        auto value = m_expression->execute(context);
        m_budget.output(textBytes(value));
        return value;
    }
    TemplateBudget& m_budget;
    jinja::statement_ptr m_expression;
};

/// A value computed already.
struct Constant : jinja::expression {
    explicit Constant(jinja::value value) : m_value(std::move(value)) {}
    jinja::value execute_impl(jinja::context&) const override { return m_value; }
    jinja::value m_value;
};

/// "+", "~" and "*", which make strings and arrays longer: sizes are looked at before.
struct BoundedBinary : jinja::expression {
    BoundedBinary(TemplateBudget& budget, jinja::token op, jinja::statement_ptr&& left, jinja::statement_ptr&& right)
        : m_budget(budget), m_op(std::move(op)), m_left(std::move(left)), m_right(std::move(right)) {}
    std::string type() const override { return "BinaryExpression"; }
    jinja::value execute_impl(jinja::context& context) const override {
        auto left = m_left->execute(context);
        auto right = m_right->execute(context);
        m_budget.value(m_op.value == "*" ? repeatedSize(left, right) : size(left) + size(right));
        jinja::binary_expression whole(m_op, std::make_unique<Constant>(std::move(left)),
                                       std::make_unique<Constant>(std::move(right)));
        whole.pos = pos;
        return whole.execute_impl(context);
    }
    static std::uint64_t size(const jinja::value& value) {
        if (is_val<jinja::value_string>(value)) return value->val_str.length();
        if (is_val<jinja::value_array>(value)) return value->as_array().size() * kElementBytes;
        return 0;
    }
    static std::uint64_t repeatedSize(const jinja::value& left, const jinja::value& right) {
        const bool string_first = is_val<jinja::value_string>(left);
        const jinja::value& string = string_first ? left : right;
        const jinja::value& count = string_first ? right : left;
        if (!is_val<jinja::value_string>(string) || !is_val<jinja::value_int>(count) || count->as_int() <= 0) return 0;
        constexpr std::uint64_t kMuch = UINT64_C(1) << 32;
        const std::uint64_t one = size(string) + sizeof(jinja::string_part);  // each repetition is a part of its own
        return std::min(static_cast<std::uint64_t>(count->as_int()), kMuch) * std::min(one, kMuch - 1);
    }
    TemplateBudget& m_budget;
    jinja::token m_op;
    jinja::statement_ptr m_left;
    jinja::statement_ptr m_right;
};

/// range(…) makes its whole array at once.
struct BoundedRange : jinja::expression {
    BoundedRange(TemplateBudget& budget, jinja::statement_ptr&& callee, jinja::statements&& arguments)
        : m_budget(budget), m_callee(std::move(callee)), m_arguments(std::move(arguments)) {}
    std::string type() const override { return "CallExpression"; }
    jinja::value execute_impl(jinja::context& context) const override {
        auto callee = m_callee->execute(context);
        jinja::statements constants;
        double low = 0;
        double high = 0;
        for (const auto& argument : m_arguments) {
            auto value = argument->execute(context);
            if (value->is_numeric()) {
                low = std::min(low, value->as_float());
                high = std::max(high, value->as_float());
            }
            constants.push_back(std::make_unique<Constant>(std::move(value)));
        }
        m_budget.value(static_cast<std::uint64_t>(std::min(high - low, 1e15)) * kElementBytes);
        jinja::call_expression whole(std::make_unique<Constant>(std::move(callee)), std::move(constants));
        whole.pos = pos;
        return whole.execute_impl(context);
    }
    TemplateBudget& m_budget;
    jinja::statement_ptr m_callee;
    jinja::statements m_arguments;
};

/// Walks the tree. Nodes whose type the engine asks for where they stand (callees, filters, assigned names) stay.
class Rewriter {
public:
    explicit Rewriter(TemplateBudget& budget) : m_budget(budget) {}

    void body(jinja::statements& statements) {
        for (auto& statement : statements) {
            node(statement);
            if (dynamic_cast<jinja::expression*>(statement.get()))
                statement = std::make_unique<CountOutput>(m_budget, std::move(statement));
        }
    }

private:
    void each(jinja::statements& nodes) {
        for (auto& n : nodes) node(n);
    }

    void node(jinja::statement_ptr& n) {
        if (!n) return;
        if (!block(*n)) expression(*n);
        replace(n);
    }

    bool block(jinja::statement& n) {
        if (auto* s = dynamic_cast<jinja::if_statement*>(&n)) {
            node(s->test), body(s->body), body(s->alternate);
        } else if (auto* f = dynamic_cast<jinja::for_statement*>(&n)) {
            node(f->iterable), body(f->body), body(f->default_block);
            f->body.insert(f->body.begin(), std::make_unique<CountStep>(m_budget));
        } else if (auto* m = dynamic_cast<jinja::macro_statement*>(&n)) {
            each(m->args), body(m->body);
            m->body.insert(m->body.begin(), std::make_unique<CountMacro>(m_budget, true));
            m->body.push_back(std::make_unique<CountMacro>(m_budget, false));
        } else if (auto* set = dynamic_cast<jinja::set_statement*>(&n)) {
            node(set->val), body(set->body);
        } else if (auto* call = dynamic_cast<jinja::call_statement*>(&n)) {
            arguments(call->call), body(call->body);
        } else if (auto* filter = dynamic_cast<jinja::filter_statement*>(&n)) {
            arguments(filter->filter), body(filter->body);
        } else {
            return false;
        }
        return true;
    }

    void expression(jinja::statement& n) {
        if (auto* b = dynamic_cast<jinja::binary_expression*>(&n)) node(b->left), node(b->right);
        if (auto* m = dynamic_cast<jinja::member_expression*>(&n)) node(m->object), node(m->property);
        if (auto* c = dynamic_cast<jinja::call_expression*>(&n)) node(c->callee), each(c->args);
        if (auto* a = dynamic_cast<jinja::array_literal*>(&n)) each(a->val);
        if (auto* t = dynamic_cast<jinja::tuple_literal*>(&n)) each(t->val);
        if (auto* o = dynamic_cast<jinja::object_literal*>(&n))
            for (auto& [key, value] : o->val) node(key), node(value);
        if (auto* f = dynamic_cast<jinja::filter_expression*>(&n)) node(f->operand), arguments(f->filter);
        if (auto* s = dynamic_cast<jinja::select_expression*>(&n)) node(s->lhs), node(s->test);
        if (auto* t = dynamic_cast<jinja::test_expression*>(&n)) node(t->operand), arguments(t->test);
        if (auto* u = dynamic_cast<jinja::unary_expression*>(&n)) node(u->argument);
        if (auto* s = dynamic_cast<jinja::slice_expression*>(&n)) node(s->start_expr), node(s->stop_expr), node(s->step_expr);
        if (auto* k = dynamic_cast<jinja::keyword_argument_expression*>(&n)) node(k->val);
        if (auto* s = dynamic_cast<jinja::spread_expression*>(&n)) node(s->argument);
        if (auto* t = dynamic_cast<jinja::ternary_expression*>(&n)) node(t->condition), node(t->true_expr), node(t->false_expr);
    }

    void arguments(jinja::statement_ptr& call) {
        if (auto* c = cast_stmt<jinja::call_expression>(call)) each(c->args);
    }

    void replace(jinja::statement_ptr& n) {
        const std::size_t position = n->pos;
        if (auto* binary = cast_stmt<jinja::binary_expression>(n)) {
            const std::string& op = binary->op.value;
            if (op != "+" && op != "~" && op != "*") return;
            n = std::make_unique<BoundedBinary>(m_budget, binary->op, std::move(binary->left), std::move(binary->right));
        } else if (auto* call = cast_stmt<jinja::call_expression>(n)) {
            const auto* name = cast_stmt<jinja::identifier>(call->callee);
            if (!name || name->val != "range") return;
            n = std::make_unique<BoundedRange>(m_budget, std::move(call->callee), std::move(call->args));
        }
        n->pos = position;
    }

    TemplateBudget& m_budget;
};

}  // namespace

void guardTemplate(jinja::program& program, TemplateBudget& budget) { Rewriter(budget).body(program.body); }

}  // namespace tessera
