// SPDX-License-Identifier: GPL-3.0-or-later
// The Layer inspector tab: run a prompt, look inside.
#pragma once

#include "core/inspect/session_file.h"
#include "ui/inspector/inspector_view.h"
#include "ui/page.h"

#include <optional>

class QStackedWidget;

namespace tessera::ui {

class Banner;
class ElidedLabel;
class EmptyState;
class InspectorFormWidget;
class SegmentBar;
class TokenStrip;

class InspectorPage : public Page {
    Q_OBJECT
public:
    explicit InspectorPage(const PageContext& context);

    /// {"prompt": text, "tokens": ids (optional), "token": index (optional), "layer": index (optional)}: from a chat or
    /// a failed check. Runs at once when that is cheap for this machine; otherwise the cost is shown and the user
    /// decides. Without a prompt: that place of the run that is shown.
    void open(const QVariant& target) override;
    void enter() override;

    InspectorSession& session() { return m_session; }
    InspectorSelection& selection() { return m_selection; }
    LensStore& lens() { return m_lens; }
    InspectorFormWidget* form() const { return m_form; }
    TokenStrip* strip() const { return m_strip; }
    /// "overview", "lens", "heads", …
    void showView(const QString& id);
    InspectorView* view(const QString& id) const;
    QStringList viewIds() const;

    Job* run();

    /// Writes what repeats the shown run. Errors of saveSession(); InvalidArgument before the first run.
    Result<void> saveSessionTo(const QString& path);
    /// Loads the session's model when another one is loaded, then runs it again.
    Result<void> openSessionFrom(const QString& path);

private:
    struct Entry {
        QString id;
        InspectorView* view;
        QWidget* detail;
    };
    void addView(const QString& id, InspectorView* view);
    QWidget* makeBody();
    void addCommands();
    void followModel();
    void showRun();
    void goToWanted();
    void showPlace();
    void showTints();
    void runTargetWhenCheap();
    void repeat(const InspectSession& session);
    void chooseTensors();
    void showLayerFragments();
    void askSaveSession();
    void askOpenSession();

    PageContext m_context;
    InspectorSession m_session;
    InspectorSelection m_selection;
    LensStore m_lens;
    std::vector<Entry> m_entries;
    int m_wanted_token = -1, m_wanted_layer = -1;
    bool m_target_waits = false;
    std::optional<InspectSession> m_pending_session;  // waits for its model

    QStackedWidget* m_stack;
    EmptyState *m_empty, *m_nothing;  // no model; no run yet
    InspectorFormWidget* m_form;
    Banner* m_banner;
    TokenStrip* m_strip;
    QWidget* m_results;
    QStackedWidget *m_views, *m_details;
    SegmentBar* m_tabs;
    ElidedLabel *m_place_layer, *m_place_token;
};

}  // namespace tessera::ui
