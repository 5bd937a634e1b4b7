<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>tessera::ui::ApiCard</name>
    <message numerus="yes">
        <source>Answers as %1. %n request(s) so far</source>
        <translation>
            <numerusform>Answers as %1. %n request so far</numerusform>
            <numerusform>Answers as %1. %n requests so far</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::ChatController</name>
    <message numerus="yes">
        <source>The oldest %n message(s) did not fit and were left out.</source>
        <translation>
            <numerusform>The oldest %n message did not fit and was left out.</numerusform>
            <numerusform>The oldest %n messages did not fit and were left out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::ChatExchange</name>
    <message numerus="yes">
        <source>%1: %n chat(s) from %2</source>
        <translation>
            <numerusform>%1: %n chat from %2</numerusform>
            <numerusform>%1: %n chats from %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::ChatPage</name>
    <message numerus="yes">
        <source>%n message(s) deleted.</source>
        <translation>
            <numerusform>%n message deleted.</numerusform>
            <numerusform>%n messages deleted.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>… and %n more.</source>
        <translation>
            <numerusform>… and %n more.</numerusform>
            <numerusform>… and %n more.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) imported.</source>
        <translation>
            <numerusform>%n chat imported.</numerusform>
            <numerusform>%n chats imported.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::CheckView</name>
    <message numerus="yes">
        <source>%n thread(s)</source>
        <translation>
            <numerusform>%n thread</numerusform>
            <numerusform>%n threads</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of the checks failed</source>
        <translation>
            <numerusform>%n check failed</numerusform>
            <numerusform>%n checks failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n operation(s) agree with plain mathematics, within rounding.</source>
        <translation>
            <numerusform>%n operation agrees with plain mathematics, within rounding.</numerusform>
            <numerusform>All %n operations agree with plain mathematics, within rounding.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n check(s) passed: this engine computes what llama.cpp computes, bit for bit under equal conditions.</source>
        <translation>
            <numerusform>%n check passed: this engine computes what llama.cpp computes, bit for bit under equal conditions.</numerusform>
            <numerusform>All %n checks passed: this engine computes what llama.cpp computes, bit for bit under equal conditions.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::CompareView</name>
    <message numerus="yes">
        <source>Mean over %n token(s) that both have</source>
        <translation>
            <numerusform>Mean over %n token that both have</numerusform>
            <numerusform>Mean over %n tokens that both have</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::Composer</name>
    <message numerus="yes">
        <source>%1 · %n token(s)</source>
        <translation>
            <numerusform>%1 · %n token</numerusform>
            <numerusform>%1 · %n tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::ConversationList</name>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n message</numerusform>
            <numerusform>%n messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Folder %1, %n chat(s)</source>
        <translation>
            <numerusform>Folder %1, %n chat</numerusform>
            <numerusform>Folder %1, %n chats</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::FragmentMap</name>
    <message numerus="yes">
        <source>%n fragment(s) from %1 on, the gravest: %2</source>
        <translation>
            <numerusform>%n fragment from %1 on, the gravest: %2</numerusform>
            <numerusform>%n fragments from %1 on, the gravest: %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::FragmentsPage</name>
    <message numerus="yes">
        <source>%n fragment(s) repaired.</source>
        <translation>
            <numerusform>%n fragment repaired.</numerusform>
            <numerusform>%n fragments repaired.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n are still wrong: that file does not have the right bytes either.</source>
        <translation>
            <numerusform>%n is still wrong: that file does not have the right bytes either.</numerusform>
            <numerusform>%n are still wrong: that file does not have the right bytes either.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n fragment(s)</source>
        <translation>
            <numerusform>%n fragment</numerusform>
            <numerusform>%n fragments</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n bad</source>
        <translation>
            <numerusform>%n bad</numerusform>
            <numerusform>%n bad</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n missing</source>
        <translation>
            <numerusform>%n missing</numerusform>
            <numerusform>%n missing</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n fragment(s) do not match their hashes.</source>
        <translation>
            <numerusform>%n fragment does not match its hash.</numerusform>
            <numerusform>%n fragments do not match their hashes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n fragment(s) are missing.</source>
        <translation>
            <numerusform>%n fragment is missing.</numerusform>
            <numerusform>%n fragments are missing.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::HistoryModel</name>
    <message numerus="yes">
        <source>All %n passed</source>
        <translation>
            <numerusform>%n passed</numerusform>
            <numerusform>All %n passed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::HistoryView</name>
    <message numerus="yes">
        <source>Delete %n report(s)?</source>
        <translation>
            <numerusform>Delete %n report?</numerusform>
            <numerusform>Delete %n reports?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::InspectorFormWidget</name>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::LinkDialog</name>
    <message numerus="yes">
        <source>%n model(s). Smaller ones need less memory and are a little less exact.</source>
        <translation>
            <numerusform>%n model.</numerusform>
            <numerusform>%n models. Smaller ones need less memory and are a little less exact.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::MainWindow</name>
    <message numerus="yes">
        <source>%n job(s)</source>
        <translation>
            <numerusform>%n job</numerusform>
            <numerusform>%n jobs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::MessageActions</name>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::MessageText</name>
    <message numerus="yes">
        <source>%n word(s)</source>
        <translation>
            <numerusform>%n word</numerusform>
            <numerusform>%n words</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::ModelPage</name>
    <message numerus="yes">
        <source>Loaded in %1 with the engine %2, %n thread(s).</source>
        <translation>
            <numerusform>Loaded in %1 with the engine %2, %n thread.</numerusform>
            <numerusform>Loaded in %1 with the engine %2, %n threads.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The processor, %n thread(s).</source>
        <translation>
            <numerusform>The processor, %n thread.</numerusform>
            <numerusform>The processor, %n threads.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, %n thread(s).</source>
        <translation>
            <numerusform>%1, %n thread.</numerusform>
            <numerusform>%1, %n threads.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::NodesView</name>
    <message numerus="yes">
        <source>%n time(s) another machine took over: %1</source>
        <translation>
            <numerusform>%n time another machine took over: %1</numerusform>
            <numerusform>%n times another machine took over: %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::SharingCard</name>
    <message numerus="yes">
        <source>%n session(s) now</source>
        <translation>
            <numerusform>%n session now</numerusform>
            <numerusform>%n sessions now</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::StoreModel</name>
    <message numerus="yes">
        <source>%n set(s), %1 on this machine</source>
        <translation>
            <numerusform>%n set, %1 on this machine</numerusform>
            <numerusform>%n sets, %1 on this machine</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::ValidationPage</name>
    <message numerus="yes">
        <source>%n check(s) gave something else.</source>
        <translation>
            <numerusform>%n check gave something else.</numerusform>
            <numerusform>%n checks gave something else.</numerusform>
        </translation>
    </message>
</context>
</TS>
