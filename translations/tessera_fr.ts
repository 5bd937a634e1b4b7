<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
<context>
    <name>tessera::ui::About</name>
    <message>
        <source>About Tessera</source>
        <translation>À propos de Tessera</translation>
    </message>
    <message>
        <source>Runs large language models from verified fragments.</source>
        <translation>Exécute de grands modèles de langue à partir de fragments vérifiés.</translation>
    </message>
    <message>
        <source>What it is built on</source>
        <translation>Sur quoi il est bâti</translation>
    </message>
    <message>
        <source>Built on</source>
        <translation>Bâti sur</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Licence</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Site</translation>
    </message>
    <message>
        <source>Free software under the GNU General Public License, version 3 or later. It comes without any warranty.</source>
        <translation>Logiciel libre sous licence publique générale GNU, version 3 ou ultérieure. Il est fourni sans aucune garantie.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::Attachments</name>
    <message>
        <source>“%1” cannot be read: %2</source>
        <translation>«&#xa0;%1&#xa0;» ne peut pas être lu&#xa0;: %2</translation>
    </message>
    <message>
        <source>“%1” has %2; at most %3 can be sent along.</source>
        <translation>«&#xa0;%1&#xa0;» fait %2&#x202f;; on peut joindre %3 au plus.</translation>
    </message>
    <message>
        <source>“%1” is not a text file, so the model cannot read it.</source>
        <translation>«&#xa0;%1&#xa0;» n’est pas un fichier texte&#xa0;: le modèle ne peut pas le lire.</translation>
    </message>
    <message>
        <source>“%1” is empty.</source>
        <translation>«&#xa0;%1&#xa0;» est vide.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ChatController</name>
    <message>
        <source>Stopped</source>
        <translation>Arrêtée</translation>
    </message>
    <message>
        <source>Ended at the limit of tokens</source>
        <translation>Terminée à la limite de jetons</translation>
    </message>
    <message>
        <source>Ended because the context is full</source>
        <translation>Terminée car le contexte est plein</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Interrompue</translation>
    </message>
    <message>
        <source>An answer is being written. Stop it first.</source>
        <translation>Une réponse est en cours. Arrêtez-la d’abord.</translation>
    </message>
    <message>
        <source>“%1” is being answered. Stop it first.</source>
        <translation>Une réponse est en cours dans «&#xa0;%1&#xa0;». Arrêtez-la d’abord.</translation>
    </message>
    <message>
        <source>There is no model to answer.</source>
        <translation>Il n’y a aucun modèle pour répondre.</translation>
    </message>
    <message>
        <source>The model of this chat is not there any more: %1</source>
        <translation>Le modèle de cette discussion n’est plus là&#xa0;: %1</translation>
    </message>
    <message>
        <source>Answer in “%1”</source>
        <translation>Répondre dans «&#xa0;%1&#xa0;»</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 jetons/s</translation>
    </message>
    <message>
        <source>This conversation needs %1 tokens and the model’s context has %2.</source>
        <translation>Cette conversation demande %1 jetons et le contexte du modèle en a %2.</translation>
    </message>
    <message>
        <source>The model has nothing to add.</source>
        <translation>Le modèle n’a rien à ajouter.</translation>
    </message>
    <message numerus="yes">
        <source>The oldest %n message(s) did not fit and were left out.</source>
        <translation>
            <numerusform>%n message, le plus ancien, ne tenait pas et a été laissé de côté.</numerusform>
            <numerusform>Les %n plus anciens messages ne tenaient pas et ont été laissés de côté.</numerusform>
        </translation>
    </message>
    <message>
        <source>Loading %1…</source>
        <translation>Chargement de %1…</translation>
    </message>
    <message>
        <source>Loading %1… %2 %</source>
        <translation>Chargement de %1… %2&#xa0;%</translation>
    </message>
    <message>
        <source>Reading the prompt…</source>
        <translation>Lecture de la conversation…</translation>
    </message>
    <message>
        <source>Reading the prompt… %1 of %2 tokens</source>
        <translation>Lecture de la conversation… %1 jetons sur %2</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ChatExchange</name>
    <message>
        <source>You</source>
        <translation>Vous</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>Assistant</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Consigne système</translation>
    </message>
    <message numerus="yes">
        <source>%1: %n chat(s) from %2</source>
        <translation>
            <numerusform>%1&#xa0;: %n discussion de %2</numerusform>
            <numerusform>%1&#xa0;: %n discussions de %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::ChatPage</name>
    <message>
        <source>Messages</source>
        <translation>Messages</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) deleted.</source>
        <translation>
            <numerusform>%n message supprimé.</numerusform>
            <numerusform>%n messages supprimés.</numerusform>
        </translation>
    </message>
    <message>
        <source>The conversation could not be saved: %1</source>
        <translation>La discussion n’a pas pu être enregistrée&#xa0;: %1</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>Aucun modèle</translation>
    </message>
    <message>
        <source>Model of this chat: %1</source>
        <translation>Modèle de cette discussion&#xa0;: %1</translation>
    </message>
    <message>
        <source>Sampling: %1</source>
        <translation>Échantillonnage&#xa0;: %1</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Consigne système</translation>
    </message>
    <message>
        <source>System prompt: none</source>
        <translation>Consigne système&#xa0;: aucune</translation>
    </message>
    <message>
        <source>System prompt: %1</source>
        <translation>Consigne système&#xa0;: %1</translation>
    </message>
    <message>
        <source>Open a GGUF…</source>
        <translation>Ouvrir un GGUF…</translation>
    </message>
    <message>
        <source>Show in Fragments</source>
        <translation>Voir dans Fragments</translation>
    </message>
    <message>
        <source>Other model…</source>
        <translation>Autre modèle…</translation>
    </message>
    <message>
        <source>Leave out the oldest</source>
        <translation>Laisser de côté les plus anciens</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>Toujours</translation>
    </message>
    <message>
        <source>Larger context…</source>
        <translation>Plus grand contexte…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>An answer is being written in “%1”.</source>
        <translation>Une réponse est en cours dans «&#xa0;%1&#xa0;».</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Discussion</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Nouvelle discussion</translation>
    </message>
    <message>
        <source>Search all chats</source>
        <translation>Chercher partout</translation>
    </message>
    <message>
        <source>Find in this chat</source>
        <translation>Chercher dans cette discussion</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>Arrêter la réponse</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>Répondre à nouveau</translation>
    </message>
    <message>
        <source>Continue the last answer</source>
        <translation>Continuer la dernière réponse</translation>
    </message>
    <message>
        <source>Compare the last answer with another…</source>
        <translation>Comparer la dernière réponse à une autre…</translation>
    </message>
    <message>
        <source>Copy the whole chat as Markdown</source>
        <translation>Copier toute la discussion en Markdown</translation>
    </message>
    <message>
        <source>Export the chat…</source>
        <translation>Exporter la discussion…</translation>
    </message>
    <message>
        <source>Export all chats…</source>
        <translation>Exporter toutes les discussions…</translation>
    </message>
    <message>
        <source>Import chats…</source>
        <translation>Importer des discussions…</translation>
    </message>
    <message>
        <source>Chat template of the model…</source>
        <translation>Gabarit de discussion du modèle…</translation>
    </message>
    <message>
        <source>Rename the chat</source>
        <translation>Renommer la discussion</translation>
    </message>
    <message>
        <source>Pin or unpin the chat</source>
        <translation>Épingler ou détacher la discussion</translation>
    </message>
    <message>
        <source>Move the chat to a folder…</source>
        <translation>Ranger la discussion dans un dossier…</translation>
    </message>
    <message>
        <source>New folder for chats…</source>
        <translation>Nouveau dossier de discussions…</translation>
    </message>
    <message>
        <source>Delete the chat</source>
        <translation>Supprimer la discussion</translation>
    </message>
    <message>
        <source>Bring deleted messages back</source>
        <translation>Rétablir les messages supprimés</translation>
    </message>
    <message>
        <source>System prompt…</source>
        <translation>Consigne système…</translation>
    </message>
    <message>
        <source>Sampling…</source>
        <translation>Échantillonnage…</translation>
    </message>
    <message>
        <source>Attach text files…</source>
        <translation>Joindre des fichiers texte…</translation>
    </message>
    <message>
        <source>Show token probabilities</source>
        <translation>Montrer les probabilités des jetons</translation>
    </message>
    <message>
        <source>Edit the question</source>
        <translation>Modifier la question</translation>
    </message>
    <message>
        <source>Edit the answer</source>
        <translation>Modifier la réponse</translation>
    </message>
    <message>
        <source>The question is asked anew. The old one stays as another version.</source>
        <translation>La question est posée à nouveau. L’ancienne reste comme autre version.</translation>
    </message>
    <message>
        <source>The old answer stays as another version.</source>
        <translation>L’ancienne réponse reste comme autre version.</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Demander</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
    <message>
        <source>Stands before this chat and tells the model how to answer.</source>
        <translation>Précède cette discussion et dit au modèle comment répondre.</translation>
    </message>
    <message>
        <source>Load the model of this chat first.</source>
        <translation>Chargez d’abord le modèle de cette discussion.</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>Gabarit de discussion</translation>
    </message>
    <message>
        <source>Turns the chat into the text that the model was trained on (Jinja). Empty: the model’s own.</source>
        <translation>Change la discussion en texte tel que le modèle l’a appris (Jinja). Vide&#xa0;: celui du modèle.</translation>
    </message>
    <message>
        <source>The template was not taken: %1</source>
        <translation>Le gabarit n’a pas été retenu&#xa0;: %1</translation>
    </message>
    <message>
        <source>Adjust…</source>
        <translation>Régler…</translation>
    </message>
    <message>
        <source>Model page</source>
        <translation>Page Modèle</translation>
    </message>
    <message>
        <source>Open a model</source>
        <translation>Ouvrir un modèle</translation>
    </message>
    <message>
        <source>Models and manifests (*.gguf *.json)</source>
        <translation>Modèles et manifestes (*.gguf *.json)</translation>
    </message>
    <message>
        <source>Get the default model</source>
        <translation>Obtenir le modèle par défaut</translation>
    </message>
    <message>
        <source>Attach text files</source>
        <translation>Joindre des fichiers texte</translation>
    </message>
    <message>
        <source>Read files</source>
        <translation>Lire des fichiers</translation>
    </message>
    <message>
        <source>More files cannot be sent along.</source>
        <translation>On ne peut pas joindre plus de fichiers.</translation>
    </message>
    <message>
        <source>There is nothing to export yet.</source>
        <translation>Il n’y a encore rien à exporter.</translation>
    </message>
    <message>
        <source>Markdown (*.md)</source>
        <translation>Markdown (*.md)</translation>
    </message>
    <message>
        <source>HTML (*.html)</source>
        <translation>HTML (*.html)</translation>
    </message>
    <message>
        <source>JSON with all versions (*.json)</source>
        <translation>JSON avec toutes les versions (*.json)</translation>
    </message>
    <message>
        <source>Export the chat</source>
        <translation>Exporter la discussion</translation>
    </message>
    <message>
        <source>Export all chats</source>
        <translation>Exporter toutes les discussions</translation>
    </message>
    <message>
        <source>The chat could not be exported: %1</source>
        <translation>La discussion n’a pas pu être exportée&#xa0;: %1</translation>
    </message>
    <message>
        <source>Exported to %1</source>
        <translation>Exportée vers %1</translation>
    </message>
    <message>
        <source>Import chats from Tessera, LM Studio, Jan, GPT4All or ChatGPT</source>
        <translation>Importer des discussions de Tessera, LM Studio, Jan, GPT4All ou ChatGPT</translation>
    </message>
    <message>
        <source>Chats (*.json *.jsonl *.chat);;All files (*)</source>
        <translation>Discussions (*.json *.jsonl *.chat);;Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>Importer des discussions</translation>
    </message>
    <message numerus="yes">
        <source>… and %n more.</source>
        <translation>
            <numerusform>… et %n autre.</numerusform>
            <numerusform>… et %n autres.</numerusform>
        </translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Voir</translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) imported.</source>
        <translation>
            <numerusform>%n discussion importée.</numerusform>
            <numerusform>%n discussions importées.</numerusform>
        </translation>
    </message>
    <message>
        <source>Prepare the inspector</source>
        <translation>Préparer l’inspecteur</translation>
    </message>
    <message>
        <source>Copy the chat</source>
        <translation>Copier la discussion</translation>
    </message>
    <message>
        <source>The chat was copied as Markdown.</source>
        <translation>La discussion a été copiée en Markdown.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ChatWelcome</name>
    <message>
        <source>There is no model to talk to yet. Everything you write stays on this machine.</source>
        <translation>Il n’y a pas encore de modèle à qui parler. Tout ce que vous écrivez reste sur cette machine.</translation>
    </message>
    <message>
        <source>Get the default model</source>
        <translation>Obtenir le modèle par défaut</translation>
    </message>
    <message>
        <source>Open a GGUF…</source>
        <translation>Ouvrir un GGUF…</translation>
    </message>
    <message>
        <source>What would you like to know?</source>
        <translation>Que voulez-vous savoir&#x202f;?</translation>
    </message>
    <message>
        <source>What is the capital of France?</source>
        <translation>Quelle est la capitale de la France&#x202f;?</translation>
    </message>
    <message>
        <source>Explain what a neural network is, in two sentences.</source>
        <translation>Explique en deux phrases ce qu’est un réseau de neurones.</translation>
    </message>
    <message>
        <source>Write a haiku about the sea.</source>
        <translation>Écris un haïku sur la mer.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::Commands</name>
    <message>
        <source>All commands</source>
        <translation>Toutes les commandes</translation>
    </message>
    <message>
        <source>Type a command</source>
        <translation>Tapez une commande</translation>
    </message>
    <message>
        <source>Filter the commands</source>
        <translation>Filtrer les commandes</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Commandes</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1 : %2</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Raccourcis clavier</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filtrer</translation>
    </message>
    <message>
        <source>Filter the shortcuts</source>
        <translation>Filtrer les raccourcis</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Commande</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Touches</translation>
    </message>
</context>
<context>
    <name>tessera::ui::CompareDialog</name>
    <message>
        <source>Compare two answers</source>
        <translation>Comparer deux réponses</translation>
    </message>
    <message>
        <source>A new answer</source>
        <translation>Une nouvelle réponse</translation>
    </message>
    <message>
        <source>Version %1</source>
        <translation>Version %1</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>Au hasard</translation>
    </message>
    <message>
        <source>&amp;Beside it</source>
        <translation>À cô&amp;té</translation>
    </message>
    <message>
        <source>&amp;Sampling</source>
        <translation>É&amp;chantillonnage</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modèle</translation>
    </message>
    <message>
        <source>S&amp;eed</source>
        <translation>&amp;Graine</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Comparer</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ComparisonView</name>
    <message>
        <source>Two versions of an answer</source>
        <translation>Deux versions d’une réponse</translation>
    </message>
    <message>
        <source>Close the comparison</source>
        <translation>Fermer la comparaison</translation>
    </message>
    <message>
        <source>Version on the left</source>
        <translation>Version de gauche</translation>
    </message>
    <message>
        <source>Version on the right</source>
        <translation>Version de droite</translation>
    </message>
    <message>
        <source>Show this version</source>
        <translation>Montrer cette version</translation>
    </message>
    <message>
        <source>Version %1</source>
        <translation>Version %1</translation>
    </message>
    <message>
        <source>Version %1, %2</source>
        <translation>Version %1, %2</translation>
    </message>
    <message>
        <source>Answer on the left</source>
        <translation>Réponse de gauche</translation>
    </message>
    <message>
        <source>Answer on the right</source>
        <translation>Réponse de droite</translation>
    </message>
</context>
<context>
    <name>tessera::ui::Composer</name>
    <message>
        <source>Ask anything.  Enter sends, Shift+Enter starts a new line</source>
        <translation>Posez une question.  Entrée envoie, Maj+Entrée va à la ligne</translation>
    </message>
    <message>
        <source>Your message</source>
        <translation>Votre message</translation>
    </message>
    <message>
        <source>Attach text files</source>
        <translation>Joindre des fichiers texte</translation>
    </message>
    <message>
        <source>Show token probabilities</source>
        <translation>Montrer les probabilités des jetons</translation>
    </message>
    <message numerus="yes">
        <source>%1 · %n token(s)</source>
        <translation>
            <numerusform>%1 · %n jeton</numerusform>
            <numerusform>%1 · %n jetons</numerusform>
        </translation>
    </message>
    <message>
        <source>%1
Press to take it away</source>
        <translation>%1
Appuyez pour l’enlever</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Answer the last question</source>
        <translation>Répondre à la dernière question</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Envoyer</translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation>Arrêter (Échap)</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ContextBar</name>
    <message>
        <source>%1 of %2 tokens</source>
        <translation>%1 jetons sur %2</translation>
    </message>
    <message>
        <source>System prompt: %1
History: %2
This turn: %3
Free: %4</source>
        <translation>Consigne système&#xa0;: %1
Historique&#xa0;: %2
Ce tour&#xa0;: %3
Libre&#xa0;: %4</translation>
    </message>
    <message>
        <source>There is too little room for an answer.</source>
        <translation>Il reste trop peu de place pour une réponse.</translation>
    </message>
    <message>
        <source>Context: %1</source>
        <translation>Contexte&#xa0;: %1</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ContextMeter</name>
    <message>
        <source>Count tokens</source>
        <translation>Compter les jetons</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ConversationDelegate</name>
    <message>
        <source>New name</source>
        <translation>Nouveau nom</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ConversationList</name>
    <message>
        <source>New chat</source>
        <translation>Nouvelle discussion</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Épinglées</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Aujourd’hui</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Hier</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>7 derniers jours</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Plus tôt</translation>
    </message>
    <message>
        <source>%1 · draft</source>
        <translation>%1 · brouillon</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
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
            <numerusform>Dossier %1, %n discussion</numerusform>
            <numerusform>Dossier %1, %n discussions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::ConversationPanel</name>
    <message>
        <source>New chat</source>
        <translation>Nouvelle discussion</translation>
    </message>
    <message>
        <source>Search all chats</source>
        <translation>Chercher partout</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Discussions</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>“%1” was deleted.</source>
        <translation>«&#xa0;%1&#xa0;» est supprimée.</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>Nouveau dossier…</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>Nouveau dossier</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>Aucun dossier</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renommer</translation>
    </message>
    <message>
        <source>Take the chats out and remove the folder</source>
        <translation>Sortir les discussions et retirer le dossier</translation>
    </message>
    <message>
        <source>Import chats…</source>
        <translation>Importer des discussions…</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Détacher</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Épingler</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>Ranger dans un dossier</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exporter…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Nothing found.</source>
        <translation>Rien trouvé.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::CutDialog</name>
    <message>
        <source>Cut a model</source>
        <translation>Découper un modèle</translation>
    </message>
    <message>
        <source>GGUF file</source>
        <translation>Fichier GGUF</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Choisir…</translation>
    </message>
    <message>
        <source>Choose the GGUF file</source>
        <translation>Choisir le fichier GGUF</translation>
    </message>
    <message>
        <source>In place: a manifest beside the file, nothing is copied</source>
        <translation>Sur place : un manifeste à côté du fichier, rien n’est copié</translation>
    </message>
    <message>
        <source>Into a folder: every fragment a file of its own</source>
        <translation>Dans un dossier : un fichier par fragment</translation>
    </message>
    <message>
        <source>Folder for the fragments</source>
        <translation>Dossier des fragments</translation>
    </message>
    <message>
        <source>Choose the folder</source>
        <translation>Choisir le dossier</translation>
    </message>
    <message>
        <source>%1 MiB</source>
        <translation>%1 Mio</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Choisir un modèle</translation>
    </message>
    <message>
        <source>GGUF models (*.gguf)</source>
        <translation>Modèles GGUF (*.gguf)</translation>
    </message>
    <message>
        <source>Choose an empty folder</source>
        <translation>Choisir un dossier vide</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Où</translation>
    </message>
    <message>
        <source>Largest fragment</source>
        <translation>Plus grand fragment</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>Découper</translation>
    </message>
    <message>
        <source>Choose a GGUF file.</source>
        <translation>Choisissez un fichier GGUF.</translation>
    </message>
    <message>
        <source>The folder will need %1.</source>
        <translation>Le dossier occupera %1.</translation>
    </message>
    <message>
        <source>%1 are read once and hashed.</source>
        <translation>%1 sont lus une fois et hachés.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::DeleteDialog</name>
    <message>
        <source>Delete %1</source>
        <translation>Supprimer %1</translation>
    </message>
    <message>
        <source>This set is the model&apos;s own file. Only its manifest goes to the trash; the model stays as it is.</source>
        <translation>Ce jeu est le fichier même du modèle. Seul son manifeste va à la corbeille ; le modèle reste tel quel.</translation>
    </message>
    <message>
        <source>The folder with all its fragments goes to the trash.</source>
        <translation>Le dossier et tous ses fragments vont à la corbeille.</translation>
    </message>
    <message>
        <source>This frees %1 once the trash is emptied.</source>
        <translation>Cela libère %1 une fois la corbeille vidée.</translation>
    </message>
    <message>
        <source>Also put the model file into the trash (%1)</source>
        <translation>Mettre aussi le fichier du modèle à la corbeille (%1)</translation>
    </message>
    <message>
        <source>Move to trash</source>
        <translation>Mettre à la corbeille</translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation>Comparaison</translation>
    </message>
    <message>
        <source>The same model, cut the same way.</source>
        <translation>Le même modèle, découpé de la même façon.</translation>
    </message>
    <message>
        <source>The same model byte for byte, cut differently.</source>
        <translation>Le même modèle octet pour octet, découpé autrement.</translation>
    </message>
    <message>
        <source>Different models: %1 tensors are equal (%2), %3 differ.</source>
        <translation>Modèles différents : %1 tenseurs égaux (%2), %3 différents.</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>Différences</translation>
    </message>
    <message>
        <source>Tensor</source>
        <translation>Tenseur</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Différence</translation>
    </message>
    <message>
        <source>only in the first</source>
        <translation>seulement dans le premier</translation>
    </message>
    <message>
        <source>only in the second</source>
        <translation>seulement dans le second</translation>
    </message>
    <message>
        <source>type or shape</source>
        <translation>type ou forme</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>octets</translation>
    </message>
    <message>
        <source>This model has no manifest: there is nothing to delete but the model file itself.</source>
        <translation>Ce modèle n’a pas de manifeste : il n’y a rien à supprimer que le fichier du modèle lui-même.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::DownloadCards</name>
    <message>
        <source>Stop downloading %1</source>
        <translation>Arrêter le téléchargement de %1</translation>
    </message>
    <message>
        <source>Go on downloading %1</source>
        <translation>Reprendre le téléchargement de %1</translation>
    </message>
    <message>
        <source>Take %1 off the list</source>
        <translation>Retirer %1 de la liste</translation>
    </message>
    <message>
        <source>Downloading %1</source>
        <translation>Téléchargement de %1</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Connexion…</translation>
    </message>
    <message>
        <source>Stopped. It goes on where it was.</source>
        <translation>Arrêté. Il reprendra là où il en était.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::Downloads</name>
    <message>
        <source>Download %1</source>
        <translation>Télécharger %1</translation>
    </message>
</context>
<context>
    <name>tessera::ui::FindBar</name>
    <message>
        <source>Find in this chat</source>
        <translation>Chercher dans cette discussion</translation>
    </message>
    <message>
        <source>Previous place</source>
        <translation>Endroit précédent</translation>
    </message>
    <message>
        <source>Next place</source>
        <translation>Endroit suivant</translation>
    </message>
    <message>
        <source>Close the search</source>
        <translation>Fermer la recherche</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>Introuvable</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 sur %2</translation>
    </message>
</context>
<context>
    <name>tessera::ui::FragmentDetail</name>
    <message>
        <source>Values and bytes…</source>
        <translation>Valeurs et octets…</translation>
    </message>
    <message>
        <source>The chosen fragment</source>
        <translation>Le fragment choisi</translation>
    </message>
    <message>
        <source>No fragment chosen</source>
        <translation>Aucun fragment choisi</translation>
    </message>
    <message>
        <source>Choose one in the map or the table. N goes to the next bad or missing one.</source>
        <translation>Choisissez-en un dans la carte ou le tableau. N va au prochain fragment altéré ou manquant.</translation>
    </message>
    <message>
        <source>Fragment</source>
        <translation>Fragment</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 sur %2</translation>
    </message>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Bad: hash differs</source>
        <translation>Altéré : empreinte différente</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Taille</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>Plage</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Fichier</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Lignes</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Type</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Forme</translation>
    </message>
    <message>
        <source>Expert</source>
        <translation>Expert</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>Attendue</translation>
    </message>
    <message>
        <source>Read a fragment</source>
        <translation>Lire un fragment</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Trouvée</translation>
    </message>
    <message>
        <source>the same</source>
        <translation>la même</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Moyenne</translation>
    </message>
    <message>
        <source>Deviation</source>
        <translation>Écart type</translation>
    </message>
    <message>
        <source>Not finite</source>
        <translation>Non finies</translation>
    </message>
    <message>
        <source>Views of the fragment</source>
        <translation>Vues du fragment</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>Valeurs</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>Carte de chaleur</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Octets</translation>
    </message>
</context>
<context>
    <name>tessera::ui::FragmentMap</name>
    <message>
        <source>Fragment map</source>
        <translation>Carte des fragments</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1 : %2</translation>
    </message>
    <message>
        <source>%1: %2, %3</source>
        <translation>%1 : %2, %3</translation>
    </message>
</context>
<context>
    <name>tessera::ui::FragmentTableModel</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 sur %2</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>N°</translation>
    </message>
    <message>
        <source>Tensor</source>
        <translation>Tenseur</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Type</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Couche</translation>
    </message>
    <message>
        <source>Expert</source>
        <translation>Expert</translation>
    </message>
    <message>
        <source>Shard</source>
        <translation>Partie</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Taille</translation>
    </message>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Offset</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
</context>
<context>
    <name>tessera::ui::FragmentView</name>
    <message>
        <source>Header</source>
        <translation>En-tête</translation>
    </message>
    <message>
        <source>Gap</source>
        <translation>Intervalle</translation>
    </message>
    <message>
        <source>Embedding</source>
        <translation>Plongement</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Sortie</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>Autres</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>Vérifié</translation>
    </message>
    <message>
        <source>Present</source>
        <translation>Présent</translation>
    </message>
    <message>
        <source>In flight</source>
        <translation>En transit</translation>
    </message>
    <message>
        <source>Missing</source>
        <translation>Manquant</translation>
    </message>
    <message>
        <source>Bad</source>
        <translation>Altéré</translation>
    </message>
    <message>
        <source>Gap at %1</source>
        <translation>Intervalle à %1</translation>
    </message>
    <message>
        <source>, shard %1</source>
        <translation>, partie %1</translation>
    </message>
    <message>
        <source>, expert %1</source>
        <translation>, expert %1</translation>
    </message>
    <message>
        <source>layer %1, %2</source>
        <translation>couche %1, %2</translation>
    </message>
</context>
<context>
    <name>tessera::ui::FragmentsPage</name>
    <message>
        <source>Fragments</source>
        <translation>Fragments</translation>
    </message>
    <message>
        <source>Open a set…</source>
        <translation>Ouvrir un jeu…</translation>
    </message>
    <message>
        <source>Open a set</source>
        <translation>Ouvrir un jeu</translation>
    </message>
    <message>
        <source>Models and manifests (*.gguf *.json)</source>
        <translation>Modèles et manifestes (*.gguf *.json)</translation>
    </message>
    <message>
        <source>Open a fragment folder…</source>
        <translation>Ouvrir un dossier…</translation>
    </message>
    <message>
        <source>Open a fragment folder</source>
        <translation>Ouvrir un dossier de fragments</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Vérifier</translation>
    </message>
    <message>
        <source>Cut a model…</source>
        <translation>Découper…</translation>
    </message>
    <message>
        <source>Rebuild the model file…</source>
        <translation>Reconstruire le fichier du modèle…</translation>
    </message>
    <message>
        <source>Repair from a model file…</source>
        <translation>Réparer d’après un fichier…</translation>
    </message>
    <message>
        <source>Compare with another set…</source>
        <translation>Comparer à un autre jeu…</translation>
    </message>
    <message>
        <source>Delete the set…</source>
        <translation>Supprimer le jeu…</translation>
    </message>
    <message>
        <source>Next bad or missing fragment</source>
        <translation>Fragment altéré ou manquant suivant</translation>
    </message>
    <message>
        <source>Previous bad or missing fragment</source>
        <translation>Fragment altéré ou manquant précédent</translation>
    </message>
    <message>
        <source>Filter the fragments</source>
        <translation>Filtrer les fragments</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>Montrer dans le gestionnaire de fichiers</translation>
    </message>
    <message>
        <source>Verify %1</source>
        <translation>Vérifier %1</translation>
    </message>
    <message>
        <source>All fragments match their hashes: %1.</source>
        <translation>Tous les fragments correspondent à leur empreinte : %1.</translation>
    </message>
    <message>
        <source>Cut %1</source>
        <translation>Découper %1</translation>
    </message>
    <message>
        <source>Cut a model</source>
        <translation>Découper un modèle</translation>
    </message>
    <message>
        <source>Rebuild %1</source>
        <translation>Reconstruire %1</translation>
    </message>
    <message>
        <source>%1 is rebuilt, byte for byte.</source>
        <translation>%1 est reconstruit, octet pour octet.</translation>
    </message>
    <message>
        <source>Rebuild the model file</source>
        <translation>Reconstruire le fichier du modèle</translation>
    </message>
    <message>
        <source>Repair %1</source>
        <translation>Réparer %1</translation>
    </message>
    <message>
        <source>%1 is being repaired.</source>
        <translation>%1 est en cours de réparation.</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Réparer</translation>
    </message>
    <message numerus="yes">
        <source>%n fragment(s) repaired.</source>
        <translation>
            <numerusform>%n fragment réparé.</numerusform>
            <numerusform>%n fragments réparés.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n are still wrong: that file does not have the right bytes either.</source>
        <translation>
            <numerusform>%n reste altéré : ce fichier n’a pas les bons octets non plus.</numerusform>
            <numerusform>%n restent altérés : ce fichier n’a pas les bons octets non plus.</numerusform>
        </translation>
    </message>
    <message>
        <source>Compare with %1</source>
        <translation>Comparer à %1</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Comparer</translation>
    </message>
    <message>
        <source>GGUF models (*.gguf)</source>
        <translation>Modèles GGUF (*.gguf)</translation>
    </message>
    <message>
        <source>Unload the model first: repairing writes into what it computes with.</source>
        <translation>Déchargez d’abord le modèle : la réparation écrit dans ce avec quoi il calcule.</translation>
    </message>
    <message>
        <source>Choose a copy of the model&apos;s file</source>
        <translation>Choisir une copie du fichier du modèle</translation>
    </message>
    <message>
        <source>Choose the other set&apos;s manifest or model</source>
        <translation>Choisir le manifeste ou le modèle de l’autre jeu</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Unload the model first: it computes with these fragments.</source>
        <translation>Déchargez d’abord le modèle : il calcule avec ces fragments.</translation>
    </message>
    <message>
        <source>Delete %1</source>
        <translation>Supprimer %1</translation>
    </message>
    <message>
        <source>A model in fragments can be verified, repaired and shared piece by piece.</source>
        <translation>Un modèle en fragments se vérifie, se répare et se partage morceau par morceau.</translation>
    </message>
    <message>
        <source>Rebuild…</source>
        <translation>Reconstruire…</translation>
    </message>
    <message>
        <source>Compare…</source>
        <translation>Comparer…</translation>
    </message>
    <message>
        <source>More actions</source>
        <translation>Autres actions</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>Carte</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tableau</translation>
    </message>
    <message>
        <source>Manifest</source>
        <translation>Manifeste</translation>
    </message>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Any state</source>
        <translation>Tout état</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 sur %2</translation>
    </message>
    <message>
        <source>Search names and values</source>
        <translation>Chercher noms et valeurs</translation>
    </message>
    <message>
        <source>Search the manifest</source>
        <translation>Chercher dans le manifeste</translation>
    </message>
    <message>
        <source>Read the manifest</source>
        <translation>Lire le manifeste</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>Ouvrir %1</translation>
    </message>
    <message>
        <source>%1 could not be opened: %2</source>
        <translation>%1 n’a pas pu être ouvert : %2</translation>
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
            <numerusform>%n altéré</numerusform>
            <numerusform>%n altérés</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n missing</source>
        <translation>
            <numerusform>%n manquant</numerusform>
            <numerusform>%n manquants</numerusform>
        </translation>
    </message>
    <message>
        <source>a plain GGUF: cut it to have hashes</source>
        <translation>un GGUF brut : découpez-le pour avoir des empreintes</translation>
    </message>
    <message>
        <source>in a folder of its own</source>
        <translation>dans son propre dossier</translation>
    </message>
    <message>
        <source>in place beside the file</source>
        <translation>sur place, à côté du fichier</translation>
    </message>
    <message>
        <source>1 fragment does not match its hash: %1.</source>
        <translation>1 fragment ne correspond pas à son empreinte : %1.</translation>
    </message>
    <message numerus="yes">
        <source>%n fragment(s) do not match their hashes.</source>
        <translation>
            <numerusform>%n fragment ne correspond pas à son empreinte.</numerusform>
            <numerusform>%n fragments ne correspondent pas à leur empreinte.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n fragment(s) are missing.</source>
        <translation>
            <numerusform>%n fragment manque.</numerusform>
            <numerusform>%n fragments manquent.</numerusform>
        </translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Montrer</translation>
    </message>
    <message>
        <source>No fragment is bad or missing.</source>
        <translation>Aucun fragment n’est altéré ni manquant.</translation>
    </message>
    <message>
        <source>ffn_up layer:7 &gt;1MB</source>
        <translation>ffn_up layer:7 &gt;1MB</translation>
    </message>
    <message>
        <source>Undo the deletion</source>
        <translation>Annuler la suppression</translation>
    </message>
    <message>
        <source>%1 goes to the trash.</source>
        <translation>%1 va à la corbeille.</translation>
    </message>
    <message>
        <source>%1 is in the trash: %2 become free when it is emptied.</source>
        <translation>%1 est dans la corbeille : %2 se libéreront quand elle sera vidée.</translation>
    </message>
    <message>
        <source>Take %1 back from the trash</source>
        <translation>Reprendre %1 dans la corbeille</translation>
    </message>
</context>
<context>
    <name>tessera::ui::HeaderBar</name>
    <message>
        <source>Chooses the model</source>
        <translation>Choisit le modèle</translation>
    </message>
    <message>
        <source>Local: nothing leaves this machine</source>
        <translation>Local : rien ne quitte cette machine</translation>
    </message>
    <message>
        <source>Chooses where fragments come from</source>
        <translation>Choisit d’où viennent les fragments</translation>
    </message>
    <message>
        <source>All commands</source>
        <translation>Toutes les commandes</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Choisir un modèle</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>Aucun modèle</translation>
    </message>
    <message>
        <source>%1: not loaded</source>
        <translation>%1 : non chargé</translation>
    </message>
    <message>
        <source>Loading %1</source>
        <translation>Chargement de %1</translation>
    </message>
    <message>
        <source>Loading %1: %2 %</source>
        <translation>Chargement de %1 : %2 %</translation>
    </message>
    <message>
        <source>Model: %1</source>
        <translation>Modèle : %1</translation>
    </message>
    <message>
        <source>Model page</source>
        <translation>Page Modèle</translation>
    </message>
    <message>
        <source>Network: not part of this version</source>
        <translation>Réseau : absent de cette version</translation>
    </message>
    <message>
        <source>P2P: not part of this version</source>
        <translation>P2P : absent de cette version</translation>
    </message>
    <message>
        <source>Mode: %1</source>
        <translation>Mode : %1</translation>
    </message>
</context>
<context>
    <name>tessera::ui::HeatMap</name>
    <message>
        <source>Heat map of the values</source>
        <translation>Carte de chaleur des valeurs</translation>
    </message>
    <message>
        <source>The table of values says the same in numbers</source>
        <translation>Le tableau des valeurs dit la même chose en nombres</translation>
    </message>
</context>
<context>
    <name>tessera::ui::HexModel</name>
    <message>
        <source>Offset</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Octets</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texte</translation>
    </message>
</context>
<context>
    <name>tessera::ui::HistogramPlot</name>
    <message>
        <source>Histogram of the values</source>
        <translation>Histogramme des valeurs</translation>
    </message>
    <message>
        <source>From %1 to %2, mean %3, standard deviation %4</source>
        <translation>De %1 à %2, moyenne %3, écart type %4</translation>
    </message>
</context>
<context>
    <name>tessera::ui::Job</name>
    <message>
        <source>Waiting</source>
        <translation>En attente</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>En cours</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Terminé</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>Échec : %1</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Arrêté</translation>
    </message>
    <message>
        <source>%1 %, %2 of %3</source>
        <translation>%1 %, %2 sur %3</translation>
    </message>
    <message>
        <source>%1 %, %2 of %3, %4/s</source>
        <translation>%1 %, %2 sur %3, %4/s</translation>
    </message>
</context>
<context>
    <name>tessera::ui::JobModel</name>
    <message>
        <source>%1: %2</source>
        <translation>%1 : %2</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>Tâche</translation>
    </message>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Avancement</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Durée</translation>
    </message>
</context>
<context>
    <name>tessera::ui::JobsPage</name>
    <message>
        <source>Jobs</source>
        <translation>Tâches</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Clear finished</source>
        <translation>Effacer les terminées</translation>
    </message>
    <message>
        <source>Long work shows here while it runs: loading, cutting, verifying, downloading.</source>
        <translation>Les longs travaux se montrent ici : chargement, découpe, vérification, téléchargement.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::LinkDialog</name>
    <message>
        <source>Download a model</source>
        <translation>Télécharger un modèle</translation>
    </message>
    <message>
        <source>https://… or hf.co/owner/name</source>
        <translation>https://… ou hf.co/propriétaire/nom</translation>
    </message>
    <message>
        <source>&amp;Link of a GGUF, of a manifest, or of a model&apos;s page</source>
        <translation>&amp;Lien d’un GGUF, d’un manifeste ou de la page d’un modèle</translation>
    </message>
    <message>
        <source>Link of a model</source>
        <translation>Lien d’un modèle</translation>
    </message>
    <message>
        <source>Models of this page</source>
        <translation>Modèles de cette page</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Taille</translation>
    </message>
    <message>
        <source>It will be put into %1</source>
        <translation>Il sera placé dans %1</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Télécharger</translation>
    </message>
    <message>
        <source>List its models</source>
        <translation>Lister ses modèles</translation>
    </message>
    <message>
        <source>With #sha256=… behind it the file is held against that hash.</source>
        <translation>Suivi de #sha256=…, le fichier est comparé à cette empreinte.</translation>
    </message>
    <message>
        <source>%1 from %2</source>
        <translation>%1 depuis %2</translation>
    </message>
    <message>
        <source>A manifest from %1: every fragment is verified as it comes.</source>
        <translation>Un manifeste de %1 : chaque fragment est vérifié à son arrivée.</translation>
    </message>
    <message>
        <source>The page of %1 on %2: its models will be listed.</source>
        <translation>La page de %1 sur %2 : ses modèles seront listés.</translation>
    </message>
    <message>
        <source>Asking %1…</source>
        <translation>Demande à %1…</translation>
    </message>
    <message>
        <source>List the models of a page</source>
        <translation>Lister les modèles d’une page</translation>
    </message>
    <message numerus="yes">
        <source>%n model(s). Smaller ones need less memory and are a little less exact.</source>
        <translation>
            <numerusform>%n modèle. Un plus petit demande moins de mémoire et est un peu moins exact.</numerusform>
            <numerusform>%n modèles. Les plus petits demandent moins de mémoire et sont un peu moins exacts.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tessera::ui::LogModel</name>
    <message>
        <source>Time</source>
        <translation>Durée</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Niveau</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Message</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Erreur</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Avertissement</translation>
    </message>
    <message>
        <source>Information</source>
        <translation>Information</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Détails</translation>
    </message>
</context>
<context>
    <name>tessera::ui::LogPage</name>
    <message>
        <source>Log</source>
        <translation>Journal</translation>
    </message>
    <message>
        <source>Least level that is shown</source>
        <translation>Niveau minimal affiché</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filtrer</translation>
    </message>
    <message>
        <source>Filter the log</source>
        <translation>Filtrer le journal</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Effacer</translation>
    </message>
</context>
<context>
    <name>tessera::ui::MainWindow</name>
    <message>
        <source>Ready</source>
        <translation>Prêt</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1 : %2</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenêtre</translation>
    </message>
    <message>
        <source>Go to %1</source>
        <translation>Aller à %1</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>All commands…</source>
        <translation>Toutes les commandes…</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Raccourcis clavier</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Agrandir</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Réduire</translation>
    </message>
    <message>
        <source>Original size</source>
        <translation>Taille d’origine</translation>
    </message>
    <message>
        <source>Switch between light and dark</source>
        <translation>Basculer entre clair et sombre</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Plein écran</translation>
    </message>
    <message>
        <source>About Tessera</source>
        <translation>À propos de Tessera</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Quitter</translation>
    </message>
    <message>
        <source>The settings could not be saved: %1</source>
        <translation>Les paramètres n’ont pas pu être enregistrés : %1</translation>
    </message>
    <message>
        <source>%1 – Tessera</source>
        <translation>%1 – Tessera</translation>
    </message>
    <message>
        <source>Memory %1 of %2</source>
        <translation>Mémoire %1 sur %2</translation>
    </message>
    <message numerus="yes">
        <source>%n job(s)</source>
        <translation>
            <numerusform>%n tâche</numerusform>
            <numerusform>%n tâches</numerusform>
        </translation>
    </message>
    <message>
        <source>Zoom %1 %</source>
        <translation>Zoom %1 %</translation>
    </message>
    <message>
        <source>Quit Tessera?</source>
        <translation>Quitter Tessera ?</translation>
    </message>
    <message>
        <source>This is still going on and will be stopped:</source>
        <translation>Ceci est en cours et sera arrêté :</translation>
    </message>
    <message>
        <source>Stop and quit</source>
        <translation>Arrêter et quitter</translation>
    </message>
    <message>
        <source>Keep working</source>
        <translation>Continuer</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ManifestTreeModel</name>
    <message>
        <source>Tensors and header</source>
        <translation>Tenseurs et en-tête</translation>
    </message>
    <message>
        <source>Header</source>
        <translation>En-tête</translation>
    </message>
    <message>
        <source>Gap</source>
        <translation>Intervalle</translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation>Métadonnées</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Valeur</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>Jeu</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Architecture</translation>
    </message>
    <message>
        <source>Fragments</source>
        <translation>Fragments</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Octets</translation>
    </message>
    <message>
        <source>Largest fragment</source>
        <translation>Plus grand fragment</translation>
    </message>
    <message>
        <source>Model id</source>
        <translation>Identité du modèle</translation>
    </message>
    <message>
        <source>Set id</source>
        <translation>Identité du jeu</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Fichiers</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
</context>
<context>
    <name>tessera::ui::MapLegend</name>
    <message>
        <source>Legend of the map</source>
        <translation>Légende de la carte</translation>
    </message>
</context>
<context>
    <name>tessera::ui::MessageActions</name>
    <message>
        <source>length limit reached</source>
        <translation>limite de longueur atteinte</translation>
    </message>
    <message>
        <source>stop string</source>
        <translation>chaîne d’arrêt</translation>
    </message>
    <message>
        <source>context full</source>
        <translation>contexte plein</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>arrêtée</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>Copier en Markdown</translation>
    </message>
    <message>
        <source>Edit: asks again beside this version</source>
        <translation>Modifier&#xa0;: repose la question à côté de cette version</translation>
    </message>
    <message>
        <source>Edit: keeps this version beside the new one</source>
        <translation>Modifier&#xa0;: garde cette version à côté de la nouvelle</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>Répondre à nouveau</translation>
    </message>
    <message>
        <source>Continue this answer</source>
        <translation>Continuer cette réponse</translation>
    </message>
    <message>
        <source>Compare two versions side by side</source>
        <translation>Comparer deux versions côte à côte</translation>
    </message>
    <message>
        <source>Inspect in the layers</source>
        <translation>Inspecter dans les couches</translation>
    </message>
    <message>
        <source>Delete with all that follows</source>
        <translation>Supprimer avec tout ce qui suit</translation>
    </message>
    <message>
        <source>Previous version</source>
        <translation>Version précédente</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>Version suivante</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 jetons/s</translation>
    </message>
    <message>
        <source>first token %1 s</source>
        <translation>premier jeton %1&#xa0;s</translation>
    </message>
    <message>
        <source>Version %1 of %2</source>
        <translation>Version %1 sur %2</translation>
    </message>
    <message>
        <source>More actions</source>
        <translation>Autres actions</translation>
    </message>
</context>
<context>
    <name>tessera::ui::MessageColumn</name>
    <message>
        <source>Jump to the end</source>
        <translation>Aller à la fin</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Vous</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Réponse</translation>
    </message>
</context>
<context>
    <name>tessera::ui::MessageText</name>
    <message>
        <source>Copy code</source>
        <translation>Copier le code</translation>
    </message>
    <message>
        <source>Move the code sideways</source>
        <translation>Déplacer le code latéralement</translation>
    </message>
    <message>
        <source>Move the table sideways</source>
        <translation>Déplacer le tableau latéralement</translation>
    </message>
    <message numerus="yes">
        <source>%n word(s)</source>
        <translation>
            <numerusform>%n mot</numerusform>
            <numerusform>%n mots</numerusform>
        </translation>
    </message>
    <message>
        <source>Reasoning… %1</source>
        <translation>Raisonnement… %1</translation>
    </message>
    <message>
        <source>Reasoning, not finished · %1</source>
        <translation>Raisonnement inachevé · %1</translation>
    </message>
    <message>
        <source>Reasoning · %1 · %2</source>
        <translation>Raisonnement · %1 · %2</translation>
    </message>
    <message>
        <source>Reasoning · %1</source>
        <translation>Raisonnement · %1</translation>
    </message>
</context>
<context>
    <name>tessera::ui::MessageWidget</name>
    <message>
        <source>Question %1 of %2</source>
        <translation>Question %1 sur %2</translation>
    </message>
    <message>
        <source>Answer %1 of %2</source>
        <translation>Réponse %1 sur %2</translation>
    </message>
    <message>
        <source>version %1 of %2</source>
        <translation>version %1 sur %2</translation>
    </message>
    <message>
        <source>It is being written.</source>
        <translation>Elle est en cours d’écriture.</translation>
    </message>
    <message>
        <source>Reading the question…</source>
        <translation>Lecture de la question…</translation>
    </message>
    <message>
        <source>Copy the selection</source>
        <translation>Copier la sélection</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Tout sélectionner</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ModelHolder</name>
    <message>
        <source>Load %1</source>
        <translation>Charger %1</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ModelLibrary</name>
    <message>
        <source>Look for models</source>
        <translation>Chercher des modèles</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ModelPage</name>
    <message>
        <source>Choose a model on the left, drop one here, or open a file.</source>
        <translation>Choisissez un modèle à gauche, déposez-en un ici ou ouvrez un fichier.</translation>
    </message>
    <message>
        <source>Open a GGUF…</source>
        <translation>Ouvrir un GGUF…</translation>
    </message>
    <message>
        <source>Get the default model</source>
        <translation>Obtenir le modèle par défaut</translation>
    </message>
    <message>
        <source>Open a fragment folder…</source>
        <translation>Ouvrir un dossier…</translation>
    </message>
    <message>
        <source>Models on this machine</source>
        <translation>Modèles sur cette machine</translation>
    </message>
    <message>
        <source>On this machine</source>
        <translation>Sur cette machine</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>Caractéristiques</translation>
    </message>
    <message>
        <source>Memory it needs</source>
        <translation>Mémoire nécessaire</translation>
    </message>
    <message>
        <source>Computed by</source>
        <translation>Calculé par</translation>
    </message>
    <message numerus="yes">
        <source>The processor: %n thread(s). This version does not use graphics cards.</source>
        <translation>
            <numerusform>Le processeur : %n fil. Cette version n’utilise pas les cartes graphiques.</numerusform>
            <numerusform>Le processeur : %n fils. Cette version n’utilise pas les cartes graphiques.</numerusform>
        </translation>
    </message>
    <message>
        <source>Load</source>
        <translation>Charger</translation>
    </message>
    <message>
        <source>Fragments</source>
        <translation>Fragments</translation>
    </message>
    <message>
        <source>Loading</source>
        <translation>Chargement</translation>
    </message>
    <message>
        <source>The chosen model</source>
        <translation>Le modèle choisi</translation>
    </message>
    <message>
        <source>Fragments (ours)</source>
        <translation>Fragments (le nôtre)</translation>
    </message>
    <message>
        <source>llama.cpp</source>
        <translation>llama.cpp</translation>
    </message>
    <message>
        <source>All (%1)</source>
        <translation>Tous (%1)</translation>
    </message>
    <message>
        <source>As trained, at most 4096</source>
        <translation>Comme entraîné, au plus 4096</translation>
    </message>
    <message>
        <source>On first use</source>
        <translation>À la première utilisation</translation>
    </message>
    <message>
        <source>All before anything is computed</source>
        <translation>Tous avant tout calcul</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Jamais</translation>
    </message>
    <message>
        <source>&amp;Engine</source>
        <translation>&amp;Moteur</translation>
    </message>
    <message>
        <source>&amp;Threads</source>
        <translation>&amp;Fils</translation>
    </message>
    <message>
        <source>&amp;Context, tokens</source>
        <translation>&amp;Contexte, jetons</translation>
    </message>
    <message>
        <source>&amp;Keys and values</source>
        <translation>C&amp;lés et valeurs</translation>
    </message>
    <message>
        <source>&amp;Verify fragments</source>
        <translation>&amp;Vérifier les fragments</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>Avancé</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <source>Load the chosen model</source>
        <translation>Charger le modèle choisi</translation>
    </message>
    <message>
        <source>Unload the model</source>
        <translation>Décharger le modèle</translation>
    </message>
    <message>
        <source>Open a model</source>
        <translation>Ouvrir un modèle</translation>
    </message>
    <message>
        <source>Models and manifests (*.gguf *.json)</source>
        <translation>Modèles et manifestes (*.gguf *.json)</translation>
    </message>
    <message>
        <source>Open a fragment folder</source>
        <translation>Ouvrir un dossier de fragments</translation>
    </message>
    <message>
        <source>Read the facts of %1</source>
        <translation>Lire les caractéristiques de %1</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Architecture</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Paramètres</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Fichier</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Poids</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Couches</translation>
    </message>
    <message>
        <source>Embedding</source>
        <translation>Plongement</translation>
    </message>
    <message>
        <source>Heads</source>
        <translation>Têtes</translation>
    </message>
    <message>
        <source>%1, %2 for keys and values</source>
        <translation>%1, dont %2 pour clés et valeurs</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>Experts</translation>
    </message>
    <message>
        <source>Vocabulary</source>
        <translation>Vocabulaire</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 jetons</translation>
    </message>
    <message>
        <source>Trained for</source>
        <translation>Entraîné pour</translation>
    </message>
    <message>
        <source>%1 tokens of context</source>
        <translation>%1 jetons de contexte</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>Gabarit de discussion</translation>
    </message>
    <message>
        <source>its own</source>
        <translation>le sien</translation>
    </message>
    <message>
        <source>none; a common one is used</source>
        <translation>aucun ; un gabarit courant est utilisé</translation>
    </message>
    <message>
        <source>%1, in place</source>
        <translation>%1, sur place</translation>
    </message>
    <message>
        <source>%1, in a folder</source>
        <translation>%1, dans un dossier</translation>
    </message>
    <message>
        <source>not cut: nothing to verify against</source>
        <translation>non découpé : rien pour vérifier</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Licence</translation>
    </message>
    <message>
        <source>+ Keys and values</source>
        <translation>+ Clés et valeurs</translation>
    </message>
    <message>
        <source>%1 for %2 tokens</source>
        <translation>%1 pour %2 jetons</translation>
    </message>
    <message>
        <source>+ Computing</source>
        <translation>+ Calcul</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>environ %1</translation>
    </message>
    <message>
        <source>= Together</source>
        <translation>= Ensemble</translation>
    </message>
    <message>
        <source>%1 of %2 free</source>
        <translation>%1 sur %2 libres</translation>
    </message>
    <message>
        <source>It fits.</source>
        <translation>Cela tient.</translation>
    </message>
    <message>
        <source>It does not fit into free memory. It can be loaded anyway and will be slow; a shorter context or a smaller model helps.</source>
        <translation>Cela ne tient pas dans la mémoire libre. On peut charger quand même, ce sera lent ; un contexte plus court ou un modèle plus petit aide.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Unload</source>
        <translation>Décharger</translation>
    </message>
    <message>
        <source>Load anyway</source>
        <translation>Charger quand même</translation>
    </message>
    <message numerus="yes">
        <source>Loaded in %1 with the engine %2, %n thread(s).</source>
        <translation>
            <numerusform>Chargé en %1 avec le moteur %2, %n fil.</numerusform>
            <numerusform>Chargé en %1 avec le moteur %2, %n fils.</numerusform>
        </translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>Ouvrir un dossier…</translation>
    </message>
    <message>
        <source>Download a model from a link…</source>
        <translation>Télécharger un modèle depuis un lien…</translation>
    </message>
    <message>
        <source>%1 is here. The server told no hash, so nothing proves that these are its maker&apos;s bytes.</source>
        <translation>%1 est arrivé. Le serveur n’a donné aucune empreinte : rien ne prouve que ces octets sont ceux de son auteur.</translation>
    </message>
    <message>
        <source>%1 is here, whole and verified.</source>
        <translation>%1 est arrivé, entier et vérifié.</translation>
    </message>
    <message>
        <source>Go to the fragment</source>
        <translation>Aller au fragment</translation>
    </message>
    <message>
        <source>From a link…</source>
        <translation>Depuis un lien…</translation>
    </message>
</context>
<context>
    <name>tessera::ui::Pages</name>
    <message>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <source>Fragments</source>
        <translation>Fragments</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Tâches</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Journal</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Paramètres</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Discussion</translation>
    </message>
</context>
<context>
    <name>tessera::ui::Presets</name>
    <message>
        <source>Precise</source>
        <translation>Précis</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>Équilibré</translation>
    </message>
    <message>
        <source>Creative</source>
        <translation>Créatif</translation>
    </message>
    <message>
        <source>Own settings</source>
        <translation>Réglages propres</translation>
    </message>
</context>
<context>
    <name>tessera::ui::Rail</name>
    <message>
        <source>Pages</source>
        <translation>Pages</translation>
    </message>
</context>
<context>
    <name>tessera::ui::SamplingDialog</name>
    <message>
        <source>Sampling</source>
        <translation>Échantillonnage</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>Valeurs</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Préréglage</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Enregistrer sous…</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Renommer…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Save the preset</source>
        <translation>Enregistrer le préréglage</translation>
    </message>
    <message>
        <source>Rename the preset</source>
        <translation>Renommer le préréglage</translation>
    </message>
    <message>
        <source>0 always takes the most probable token; higher is more varied.</source>
        <translation>0 prend toujours le jeton le plus probable&#x202f;; plus haut, c’est plus varié.</translation>
    </message>
    <message>
        <source>Only this many of the most probable tokens are considered.</source>
        <translation>Seuls autant des jetons les plus probables sont considérés.</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Tous</translation>
    </message>
    <message>
        <source>The most probable tokens that together have this probability; 1 takes all.</source>
        <translation>Les jetons les plus probables qui réunissent cette probabilité&#x202f;; 1 les prend tous.</translation>
    </message>
    <message>
        <source>Tokens with less than this part of the best one’s probability are left out.</source>
        <translation>Les jetons sous cette part de la probabilité du meilleur sont laissés de côté.</translation>
    </message>
    <message>
        <source>Above 1 makes tokens that occurred less probable.</source>
        <translation>Au-dessus de 1, rend moins probables les jetons déjà vus.</translation>
    </message>
    <message>
        <source>How many of the last tokens the penalties look at.</source>
        <translation>Combien des derniers jetons les pénalités regardent.</translation>
    </message>
    <message>
        <source>Taken from every token that occurred.</source>
        <translation>Retirée à chaque jeton déjà vu.</translation>
    </message>
    <message>
        <source>Taken for each time a token occurred.</source>
        <translation>Retirée pour chaque fois qu’un jeton a été vu.</translation>
    </message>
    <message>
        <source>Where an answer is cut at the latest.</source>
        <translation>Où une réponse est coupée au plus tard.</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Sans limite</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>Au hasard</translation>
    </message>
    <message>
        <source>The same seed gives the same answer.</source>
        <translation>La même graine donne la même réponse.</translation>
    </message>
    <message>
        <source>An answer ends before any of these texts. One a line; \n stands for a line break.</source>
        <translation>Une réponse s’arrête avant l’un de ces textes. Un par ligne&#x202f;; \n vaut un saut de ligne.</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Demander</translation>
    </message>
    <message>
        <source>Leave out the oldest messages</source>
        <translation>Laisser de côté les messages les plus anciens</translation>
    </message>
    <message>
        <source>Do not answer</source>
        <translation>Ne pas répondre</translation>
    </message>
    <message>
        <source>&amp;Temperature</source>
        <translation>&amp;Température</translation>
    </message>
    <message>
        <source>Top-&amp;k</source>
        <translation>Top-&amp;k</translation>
    </message>
    <message>
        <source>Top-&amp;p</source>
        <translation>Top-&amp;p</translation>
    </message>
    <message>
        <source>&amp;Min-p</source>
        <translation>&amp;Min-p</translation>
    </message>
    <message>
        <source>&amp;Repeat penalty</source>
        <translation>Pénalité de &amp;répétition</translation>
    </message>
    <message>
        <source>&amp;Last tokens looked at</source>
        <translation>&amp;Derniers jetons regardés</translation>
    </message>
    <message>
        <source>Pre&amp;sence penalty</source>
        <translation>Pénalité de pré&amp;sence</translation>
    </message>
    <message>
        <source>&amp;Frequency penalty</source>
        <translation>Pénalité de &amp;fréquence</translation>
    </message>
    <message>
        <source>Longest &amp;answer, tokens</source>
        <translation>Plus &amp;longue réponse, en jetons</translation>
    </message>
    <message>
        <source>S&amp;eed</source>
        <translation>&amp;Graine</translation>
    </message>
    <message>
        <source>St&amp;op strings</source>
        <translation>C&amp;haînes d’arrêt</translation>
    </message>
    <message>
        <source>&amp;When the context is full</source>
        <translation>&amp;Quand le contexte est plein</translation>
    </message>
</context>
<context>
    <name>tessera::ui::SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>Paramètres</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Apparence</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Langue</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Général</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Comme le système</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Clair</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Sombre</translation>
    </message>
    <message>
        <source>&amp;Colours</source>
        <translation>&amp;Couleurs</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>&amp;Zoom</source>
        <translation>&amp;Zoom</translation>
    </message>
    <message>
        <source>&amp;Reduce motion</source>
        <translation>&amp;Réduire les animations</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Langue</translation>
    </message>
    <message>
        <source>Model folders</source>
        <translation>Dossiers de modèles</translation>
    </message>
    <message>
        <source>Models are found here, beside the places where Tessera looks anyway. Nothing is copied or moved.</source>
        <translation>Les modèles sont trouvés ici, en plus des endroits où Tessera cherche toujours. Rien n’est copié ni déplacé.</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>Ajouter un dossier…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>Add a model folder</source>
        <translation>Ajouter un dossier de modèles</translation>
    </message>
    <message>
        <source>Load the last model at &amp;start</source>
        <translation>Charger le dernier modèle au &amp;démarrage</translation>
    </message>
    <message>
        <source>&amp;Notify when long work ends and the window is not in front</source>
        <translation>&amp;Prévenir quand un long travail finit et que la fenêtre n’est pas devant</translation>
    </message>
</context>
<context>
    <name>tessera::ui::Shortcuts</name>
    <message>
        <source>Fragment map</source>
        <translation>Carte des fragments</translation>
    </message>
    <message>
        <source>Arrow keys</source>
        <translation>Flèches</translation>
    </message>
    <message>
        <source>Go to the next fragment or layer</source>
        <translation>Aller au fragment ou à la couche suivante</translation>
    </message>
    <message>
        <source>Home, End</source>
        <translation>Début, Fin</translation>
    </message>
    <message>
        <source>First and last fragment of the layer</source>
        <translation>Premier et dernier fragment de la couche</translation>
    </message>
    <message>
        <source>+ and −</source>
        <translation>+ et −</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Messages</translation>
    </message>
    <message>
        <source>Up, Down, Home, End</source>
        <translation>Haut, Bas, Début, Fin</translation>
    </message>
    <message>
        <source>Go from message to message</source>
        <translation>Aller de message en message</translation>
    </message>
    <message>
        <source>Left, Right, Shift, Ctrl</source>
        <translation>Gauche, Droite, Maj, Ctrl</translation>
    </message>
    <message>
        <source>Move in the text and select; with probabilities shown: from token to token</source>
        <translation>Se déplacer dans le texte et sélectionner&#xa0;; avec les probabilités&#xa0;: de jeton en jeton</translation>
    </message>
    <message>
        <source>F2, Delete</source>
        <translation>F2, Suppr</translation>
    </message>
    <message>
        <source>Edit or delete the message</source>
        <translation>Modifier ou supprimer le message</translation>
    </message>
    <message>
        <source>Alt+Left, Alt+Right</source>
        <translation>Alt+Gauche, Alt+Droite</translation>
    </message>
    <message>
        <source>Previous and next version</source>
        <translation>Version précédente ou suivante</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Discussion</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Entrée</translation>
    </message>
    <message>
        <source>Send the message</source>
        <translation>Envoyer le message</translation>
    </message>
    <message>
        <source>Shift+Enter</source>
        <translation>Maj+Entrée</translation>
    </message>
    <message>
        <source>Start a new line</source>
        <translation>Aller à la ligne</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>Haut</translation>
    </message>
    <message>
        <source>In an empty message: edit the last question</source>
        <translation>Dans un message vide&#xa0;: modifier la dernière question</translation>
    </message>
</context>
<context>
    <name>tessera::ui::TableMenu</name>
    <message>
        <source>Copy rows</source>
        <translation>Copier les lignes</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Colonnes</translation>
    </message>
</context>
<context>
    <name>tessera::ui::TextFormat</name>
    <message>
        <source>B</source>
        <translation>o</translation>
    </message>
    <message>
        <source>kB</source>
        <translation>ko</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>Mo</translation>
    </message>
    <message>
        <source>GB</source>
        <translation>Go</translation>
    </message>
    <message>
        <source>TB</source>
        <translation>To</translation>
    </message>
    <message>
        <source>PB</source>
        <translation>Po</translation>
    </message>
    <message>
        <source>s</source>
        <translation>s</translation>
    </message>
    <message>
        <source>min</source>
        <translation>min</translation>
    </message>
</context>
<context>
    <name>tessera::ui::TintLegend</name>
    <message>
        <source>Legend of the probabilities</source>
        <translation>Légende des probabilités</translation>
    </message>
    <message>
        <source>Probability of each token:</source>
        <translation>Probabilité de chaque jeton&#xa0;:</translation>
    </message>
    <message>
        <source>%1 % and more</source>
        <translation>%1&#xa0;% et plus</translation>
    </message>
    <message>
        <source>less than %1 %</source>
        <translation>moins de %1&#xa0;%</translation>
    </message>
    <message>
        <source>%1 to %2 %</source>
        <translation>%1 à %2&#xa0;%</translation>
    </message>
</context>
<context>
    <name>tessera::ui::TokenPopup</name>
    <message>
        <source>Alternatives to a token</source>
        <translation>Alternatives à un jeton</translation>
    </message>
    <message>
        <source>Alternatives, most likely first; Enter goes on from one</source>
        <translation>Alternatives, la plus probable d’abord&#xa0;; Entrée continue à partir de l’une d’elles</translation>
    </message>
    <message>
        <source>Regenerate from here</source>
        <translation>Régénérer à partir d’ici</translation>
    </message>
    <message>
        <source>Inspect this token</source>
        <translation>Inspecter ce jeton</translation>
    </message>
    <message>
        <source>Token %1</source>
        <translation>Jeton %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1&#xa0;: %2</translation>
    </message>
    <message>
        <source>%1 (chosen)</source>
        <translation>%1 (choisi)</translation>
    </message>
    <message>
        <source>%1. Alternatives: %2</source>
        <translation>%1. Alternatives&#xa0;: %2</translation>
    </message>
</context>
</TS>
