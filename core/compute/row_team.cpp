// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/row_team.h"

#include "core/base/format.h"
#include "core/base/log.h"
#include "core/compute/checked_rows.h"
#include "core/compute/standing.h"
#include "core/engine/fragment_engine.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace tessera {
namespace {

using Clock = RowHolder::Clock;

constexpr int kMaxReplacements = 8;  // for one product
constexpr std::chrono::milliseconds kCancelPeriod{20};

class RowTeam final : public RowNodes {
public:
    RowTeam(std::vector<RowMember> members, OpenRows here, const RowNodesOptions& options) : m_options(options), m_open_here(std::move(here)) {
        for (RowMember& member : members) m_nodes.push_back({std::move(member), Standing()});
        for (std::size_t i = 0; i < m_nodes.size(); ++i) m_parts.push_back({.by = i});
        for (const Node& node : m_nodes) m_shown.push_back({.node = node.member.address});
    }
    ~RowTeam() override {
        for (Part& part : m_parts) {
            drop(part.holder);
            drop(part.returning);
        }
    }

    std::size_t count() const override { return m_nodes.size(); }

    Result<void> open(std::vector<SplitMatrix> matrices, const Operation& operation) override {
        if (!m_matrices.empty()) return fail(ErrorKind::InvalidArgument, "these nodes multiply for another engine already");
        if (matrices.empty())
            return fail(ErrorKind::Unsupported, format("no matrix of this model can be cut into {} parts of whole tiles of {} rows", m_nodes.size() + 1, kRowTile));
        m_matrices = std::move(matrices);
        for (std::size_t i = 0; i < m_parts.size(); ++i) {
            TESSERA_TRY(m_parts[i].holder, m_nodes[i].member.open(ranges(i)));
        }
        const auto deadline = Clock::now() + m_options.open_patience;
        std::size_t absent = 0;
        for (std::size_t i = 0; i < m_parts.size(); ++i) {
            Part& part = m_parts[i];
            auto ready = part.holder->waitUntilOpen(deadline, operation.stop);
            if (!ready && ready.error().kind == ErrorKind::Network && part.holder->isOver()) ready = openAgain(i, deadline, operation.stop);
            if (ready) continue;
            const bool needed = m_options.all_at_start || ready.error().kind == ErrorKind::Cancelled || ++absent == m_parts.size();
            if (needed) return fail(ready.error().kind, format("{}: {}", nameOf(i), ready.error().message));
            part.broken = std::move(ready).error();
        }
        std::atomic<bool> stopped{false};
        const std::stop_callback on_stop(operation.stop, [&stopped] { stopped = true; });
        for (std::size_t i = 0; i < m_parts.size(); ++i) {
            if (m_parts[i].broken) {
                TESSERA_CHECK(recover(i, stopped));
            } else {
                m_parts[i].holder = withChecker(m_parts[i].holder, i, i, m_options.open_patience, stopped);
            }
        }
        return {};
    }

    Result<void> begin(std::size_t matrix, const ProductInput& input) override {
        if (input.rows > m_options.max_rows)
            return fail(ErrorKind::InvalidArgument, format("{} positions are to be computed at once, but the nodes were told of at most {}; choose a smaller --batch",
                                                           input.rows, m_options.max_rows));
        if (m_under_way.empty()) welcomeBack();
        if (!input.same || !m_last_values) m_last_values = std::make_shared<const std::vector<float>>(input.values.begin(), input.values.end());
        m_under_way.push_back({matrix, input, m_last_values, {}});
        m_under_way.back().input.values = *m_last_values;
        for (Part& part : m_parts) ask(part, m_under_way.back());
        const std::scoped_lock lock(m_shown_mutex);
        for (RowPart& shown : m_shown) shown.busy = true;
        return {};
    }

    Result<void> finish(std::size_t matrix, std::span<float> joined, const std::atomic<bool>& cancel) override {
        // Products come in the order of asking; graphs may want them in another one.
        while (!isThere(matrix)) TESSERA_CHECK(takeOldest(cancel));
        const auto there = std::ranges::find(m_there, matrix, &Product::matrix);
        const auto whole = static_cast<std::size_t>(m_matrices[matrix].rows);
        std::size_t column = static_cast<std::size_t>(rowCut(m_matrices[matrix].rows, 1, pieces()));
        for (const Rows& part : there->of_parts) {
            for (std::size_t row = 0; row < part.rows; ++row) std::ranges::copy(part.row(row), joined.data() + row * whole + column);
            column += part.columns;
        }
        m_there.erase(there);
        return {};
    }

    void abandon() override {
        for (const Part& part : m_parts)
            if (part.holder) part.holder->forget();
        m_under_way.clear();
        m_there.clear();
        m_last_values.reset();
        const std::scoped_lock lock(m_shown_mutex);
        for (RowPart& shown : m_shown) shown.busy = false;
    }

    std::vector<RowPart> parts() const override {
        const std::scoped_lock lock(m_shown_mutex);
        return m_shown;
    }
    std::string numericsClass() const override { return numericsClassOf(RepackPolicy::Off); }
    std::vector<std::string> failovers() const override { return m_recoveries.read(); }

private:
    static constexpr std::size_t kHere = static_cast<std::size_t>(-1);

    struct Node {
        RowMember member;
        Standing standing;
    };
    /// What node number so-and-so multiplies, or somebody in its place.
    struct Part {
        std::size_t by = 0;                              // a node, or kHere
        std::shared_ptr<RowHolder> holder = {};          // null: nobody does
        std::optional<Error> broken = {};                // why the holder is of no use any more
        std::shared_ptr<RowHolder> returning = {};       // its own node, which was asked again while somebody else does the work
        Clock::time_point asked_again = Clock::now();
    };
    struct Product {
        std::size_t matrix = 0;
        ProductInput input;
        std::shared_ptr<const std::vector<float>> values;  // the input's, for whoever has to compute it again
        std::vector<Rows> of_parts;
    };

    std::int64_t pieces() const { return static_cast<std::int64_t>(m_nodes.size()) + 1; }
    std::vector<RowRange> ranges(std::size_t part) const {
        std::vector<RowRange> ranges;
        const auto piece = static_cast<std::int64_t>(part) + 1;
        for (const SplitMatrix& matrix : m_matrices) {
            const auto first = rowCut(matrix.rows, piece, pieces());
            ranges.push_back({matrix.tensor, first, rowCut(matrix.rows, piece + 1, pieces()) - first});
        }
        return ranges;
    }
    bool isThere(std::size_t matrix) const { return std::ranges::find(m_there, matrix, &Product::matrix) != m_there.end(); }
    std::string nameOf(std::size_t who) const { return who == kHere ? "this machine" : "node " + m_nodes[who].member.address.shortText(); }
    std::string textOf(std::size_t part) const { return format("rows of the matrices, part {} of {}", part + 2, pieces()); }

    static void drop(std::shared_ptr<RowHolder>& holder) {
        if (holder) holder->close();
        holder.reset();
    }

    static void ask(Part& part, const Product& product) {
        if (part.broken) return;
        if (auto asked = part.holder->ask(product.input, static_cast<std::uint32_t>(product.matrix)); !asked) part.broken = std::move(asked).error();
    }

    Result<void> takeOldest(const std::atomic<bool>& cancel) {
        Product& product = m_under_way.front();
        for (std::size_t i = 0; i < m_parts.size(); ++i) {
            TESSERA_TRY(product.of_parts.emplace_back(), takePart(i, cancel));
        }
        const std::uint32_t rows = product.input.rows;
        m_there.push_back(std::move(product));
        m_under_way.erase(m_under_way.begin());
        const std::scoped_lock lock(m_shown_mutex);
        for (RowPart& shown : m_shown) {
            shown.busy = !m_under_way.empty();
            if (!shown.replaced) shown.rows += rows;
        }
        return {};
    }

    Result<Rows> takePart(std::size_t index, const std::atomic<bool>& cancel) {
        Part& part = m_parts[index];
        for (int attempt = 0;; ++attempt) {
            if (!part.broken) {
                auto rows = part.holder->take(Clock::now() + m_options.patience, cancel);
                if (rows || (cancel && rows.error().kind == ErrorKind::Cancelled)) return rows;
                part.broken = std::move(rows).error();
            }
            if (attempt == kMaxReplacements)
                return fail(ErrorKind::Network, format("{}: {} replacements failed one after the other, the last one so: {}", textOf(index), attempt, format("{}: {}", nameOf(part.by), part.broken->message)));
            TESSERA_CHECK(recover(index, cancel));
        }
    }

    /// Its connection ended before the rows were ready.
    Result<void> openAgain(std::size_t index, Clock::time_point deadline, const std::stop_token& stop) {
        Part& part = m_parts[index];
        const RowMember& member = m_nodes[index].member;
        if (member.connect) member.connect(m_options.to_connect_again);
        drop(part.holder);
        TESSERA_TRY(part.holder, member.open(ranges(index)));
        return part.holder->waitUntilOpen(deadline, stop);
    }

    /// Whoever has to be asked for this part when `failed` does not do it: this machine first, which needs no network.
    std::vector<std::size_t> candidates(std::size_t part, std::size_t failed) {
        std::vector<std::size_t> order;
        if (m_open_here && failed != kHere) order.push_back(kHere);
        const auto add = [&](std::size_t node, bool used) {
            const bool may = m_nodes[node].standing.isUsed() == used && (used || m_nodes[node].standing.mayBeAskedAgain());
            if (may && std::ranges::find(order, node) == order.end()) order.push_back(node);
        };
        add(part, true);
        for (const bool used : {true, false})
            for (std::size_t node = 0; node < m_nodes.size(); ++node)
                if (node != failed && node != part) add(node, used);
        add(part, false);
        if (failed != kHere) add(failed, false);
        return order;
    }

    Result<void> recover(std::size_t index, const std::atomic<bool>& cancel) {
        const auto start = Clock::now();
        Part& part = m_parts[index];
        const std::size_t failed = part.by;
        if (part.holder) {
            logWarning(format("{}: {} failed ({}); looking for a replacement", textOf(index), nameOf(failed), part.broken->message));
            if (failed != kHere) blame(failed, part.broken->message);
            drop(part.holder);
        }
        std::vector<std::pair<std::string, std::string>> others;  // and why they cannot either
        for (const std::size_t candidate : candidates(index, failed)) {
            if (cancel) return fail(ErrorKind::Cancelled, "stopped");
            auto opened = openRows(candidate, index, cancel);
            if (opened) {
                drop(part.returning);
                place(index, candidate, *std::move(opened));
                for (const Product& product : m_under_way) ask(part, product);
                if (!part.broken) {
                    m_recoveries.add(tellRecovery(textOf(index), nameOf(candidate), nameOf(failed), std::chrono::duration<double>(Clock::now() - start).count()));
                    return {};
                }
                opened = tl::unexpected(*part.broken);
                if (candidate != kHere) blame(candidate, part.broken->message);
                drop(part.holder);
            }
            if (opened.error().kind == ErrorKind::Cancelled) return tl::unexpected(std::move(opened).error());
            if (candidate == failed) {
                part.broken = std::move(opened).error();
            } else {
                others.emplace_back(nameOf(candidate), std::move(opened).error().message);
            }
        }
        std::string text = format("{}: {} failed ({})", textOf(index), nameOf(failed), part.broken->message);
        for (const auto& [name, why] : others) text = format("{}; {} cannot either: {}", text, name, why);
        if (!m_open_here) text = format("{}; this machine was not to take its place", text);
        return fail(part.broken->kind, text);
    }

    Result<std::shared_ptr<RowHolder>> openRows(std::size_t who, std::size_t part, const std::atomic<bool>& cancel) {
        const bool failed_before = who != kHere && !m_nodes[who].standing.isUsed();
        const auto deadline = Clock::now() + (failed_before ? m_options.patience : m_options.open_patience);
        TESSERA_TRY(auto holder, openAlone(who, part, deadline, cancel));
        return withChecker(std::move(holder), who, part, m_options.open_patience, cancel);
    }

    Result<std::shared_ptr<RowHolder>> openAlone(std::size_t who, std::size_t part, Clock::time_point deadline, const std::atomic<bool>& cancel) {
        const OpenRows& open = who == kHere ? m_open_here : m_nodes[who].member.open;
        TESSERA_TRY(auto holder, open(ranges(part)));
        while (true) {
            auto ready = holder->waitUntilOpen(std::min(deadline, Clock::now() + kCancelPeriod), {});
            if (!ready && !cancel && !holder->isOver() && Clock::now() < deadline) continue;
            if (ready) return holder;
            drop(holder);
            if (cancel) return fail(ErrorKind::Cancelled, "stopped");
            return tl::unexpected(std::move(ready).error());
        }
    }

    /// This machine, or else another node that has the same rows, computes the first products, too.
    std::shared_ptr<RowHolder> withChecker(std::shared_ptr<RowHolder> holder, std::size_t who, std::size_t part,
                                           std::chrono::milliseconds patience, const std::atomic<bool>& cancel) {
        if (m_options.check_rows == 0 || who == kHere) return holder;
        std::vector<std::size_t> checkers;
        if (m_open_here) checkers.push_back(kHere);
        for (std::size_t node = 0; node < m_nodes.size(); ++node)
            if (node != who && m_nodes[node].standing.isUsed()) checkers.push_back(node);
        for (const std::size_t checker : checkers) {
            auto second = openAlone(checker, part, Clock::now() + patience, cancel);
            if (!second) continue;
            // This machine believes itself; of two nodes nobody knows which one is wrong.
            const auto differ = [this, who, checker] {
                disbelieve(who, checker);
                if (checker != kHere) disbelieve(checker, who);
            };
            return makeCheckedRows(std::move(holder), *std::move(second),
                                   {.rows = m_options.check_rows, .ranges = m_matrices.size(), .checker = nameOf(checker), .on_difference = differ});
        }
        logWarning(format("{}: {} goes unchecked: nobody else has these rows", textOf(part), nameOf(who)));
        return holder;
    }

    void place(std::size_t index, std::size_t who, std::shared_ptr<RowHolder> holder) {
        Part& part = m_parts[index];
        part.holder = std::move(holder);
        part.by = who;
        part.broken.reset();
        part.asked_again = Clock::now();
        if (who != kHere) m_nodes[who].standing.set({});
        const std::scoped_lock lock(m_shown_mutex);
        m_shown[index].replaced = who != index;
        m_shown[index].by = who == kHere || who == index ? std::nullopt : std::optional(m_nodes[who].member.address);
        m_shown[index].why = who == index ? std::string() : m_nodes[index].standing.whyNot();
    }

    /// Nothing that it multiplies is used any more, whoever's part it is.
    void disbelieve(std::size_t node, std::size_t other) {
        const std::string why = "it computed other numbers than " + nameOf(other);
        m_nodes[node].standing.disbelieve(why);
        for (Part& part : m_parts)
            if (part.by == node && part.holder && !part.broken) part.broken = Error{ErrorKind::Corrupt, why};
    }

    void blame(std::size_t node, const std::string& why) {
        m_nodes[node].standing.blame(why);
        logDebug(format("{} is not used: {}", nameOf(node), why));
    }

    /// Between products: a node whose rows somebody else multiplies is asked again now and then. Nobody waits for it, but
    /// for who checks it, and then not longer than for a product.
    void welcomeBack() {
        for (std::size_t i = 0; i < m_parts.size(); ++i) {
            Part& part = m_parts[i];
            if (part.by == i || part.broken) continue;
            if (!part.returning && Clock::now() >= part.asked_again + m_options.before_asking_again && m_nodes[i].standing.mayBeAskedAgain()) {
                part.asked_again = Clock::now();
                if (auto begun = m_nodes[i].member.open(ranges(i))) part.returning = *std::move(begun);
            }
            if (!part.returning) continue;
            if (part.returning->isOver() || !m_nodes[i].standing.isBelieved()) {
                drop(part.returning);
            } else if (part.returning->waitUntilOpen(Clock::now(), {})) {
                const std::atomic<bool> never{false};
                drop(part.holder);
                place(i, i, withChecker(std::exchange(part.returning, nullptr), i, i, m_options.patience, never));
                logWarning(format("{}: {} is back", textOf(i), nameOf(i)));
            }
        }
    }

    const RowNodesOptions m_options;
    const OpenRows m_open_here;
    std::vector<Node> m_nodes;
    std::vector<SplitMatrix> m_matrices;
    std::vector<Part> m_parts;
    std::vector<Product> m_under_way;  // of this step, oldest first
    std::vector<Product> m_there;      // taken before it was wanted
    std::shared_ptr<const std::vector<float>> m_last_values;
    RecoveryList m_recoveries;

    mutable std::mutex m_shown_mutex;
    std::vector<RowPart> m_shown;
};

}  // namespace

std::shared_ptr<RowNodes> makeRowTeam(std::vector<RowMember> members, OpenRows here, const RowNodesOptions& options) {
    return std::make_shared<RowTeam>(std::move(members), std::move(here), options);
}

}  // namespace tessera
