// SPDX-License-Identifier: GPL-3.0-or-later
// One of the views under the inspector's tabs.
#pragma once

#include "ui/inspector/inspector_session.h"
#include "ui/inspector/lens_store.h"
#include "ui/inspector/selection.h"
#include "ui/page.h"

#include <QWidget>

class QPushButton;
class QStackedWidget;

namespace tessera::ui {

class EmptyState;
class PlotFrame;

/// What a run can keep; ticked in the form.
enum class CapturePart { Norms, Lens, Attention, Neurons, Experts, Tensors };

/// References live as long as the page.
struct InspectorParts {
    InspectorSession& session;
    InspectorSelection& selection;
    LensStore& lens;
    const PageContext& context;
};

class InspectorView : public QWidget {
    Q_OBJECT
public:
    explicit InspectorView(const InspectorParts& parts);

    /// For the column at the right. Made once; whoever calls first owns it.
    virtual QWidget* makeDetail() = 0;
    /// A run is shown that was not before.
    virtual void showRun() = 0;
    /// Where the keyboard goes when the view is chosen.
    virtual QWidget* focusTarget() = 0;
    /// A number per token, 0…1, for the strip; empty: none.
    virtual std::vector<float> tints() const { return {}; }

    /// The view's plots, for exports and tests.
    QList<PlotFrame*> plots() const;

signals:
    /// The user wants to run the prompt again with this kept too.
    void wanted(tessera::ui::CapturePart part);
    void tintsChanged();

protected:
    const InspectorParts& parts() const { return m_parts; }
    InspectorSelection& selection() const { return m_parts.selection; }
    InspectorSession& session() const { return m_parts.session; }
    const InspectedRun* run() const { return m_parts.session.run().get(); }

    /// Takes it.
    void setContent(QWidget* content);
    /// The content again.
    void showContent();
    /// A sentence instead of the content; with a way to get what is missing unless `offer` is false.
    void showMissing(const QString& sentence, CapturePart part, bool offer = true);

private:
    InspectorParts m_parts;
    QStackedWidget* m_stack;
    EmptyState* m_missing;
    QPushButton* m_again;
    CapturePart m_part = CapturePart::Norms;
};

}  // namespace tessera::ui
