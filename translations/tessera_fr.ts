<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
<context>
    <name>tessera::ui::AblateView</name>
    <message>
        <source>“%1”: %2, place %3, before; %4, place %5, after</source>
        <translation>«&#xa0;%1&#xa0;»&#xa0;: %2, rang %3, avant&#xa0;; %4, rang %5, après</translation>
    </message>
    <message>
        <source>Next token</source>
        <translation>Jeton suivant</translation>
    </message>
    <message>
        <source>Place: %1</source>
        <translation>Rang&#xa0;: %1</translation>
    </message>
    <message>
        <source>Left to the answer</source>
        <translation>Reste à la réponse</translation>
    </message>
    <message>
        <source>Change (KL, nats)</source>
        <translation>Écart (KL, nats)</translation>
    </message>
    <message>
        <source>%1 left out: KL %2, then likeliest “%3” with %4</source>
        <translation>%1 écarté&#xa0;: KL %2, puis le plus probable est «&#xa0;%3&#xa0;» avec %4</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Écarté</translation>
    </message>
    <message>
        <source>Then likeliest</source>
        <translation>Le plus probable alors</translation>
    </message>
    <message>
        <source>Probability</source>
        <translation>Probabilité</translation>
    </message>
    <message>
        <source>Next tokens before and after</source>
        <translation>Jetons suivants, avant et après</translation>
    </message>
    <message>
        <source>Effect of every part</source>
        <translation>Effet de chaque partie</translation>
    </message>
    <message>
        <source>The next token</source>
        <translation>Le jeton suivant</translation>
    </message>
    <message>
        <source>Each left out by itself</source>
        <translation>Chacune écartée seule</translation>
    </message>
    <message>
        <source>Leave a head, a part or a layer out and see what the model says without it – or try each in turn.</source>
        <translation>Écartez une tête, une partie ou une couche et voyez ce que le modèle dit sans elle – ou essayez-les toutes tour à tour.</translation>
    </message>
    <message>
        <source>Part of the model</source>
        <translation>Partie du modèle</translation>
    </message>
    <message>
        <source>Leave it out</source>
        <translation>Écarter</translation>
    </message>
    <message>
        <source>Try each</source>
        <translation>Essayer toutes</translation>
    </message>
    <message>
        <source>Leaves every head of the layer, or this part of every layer, out in turn</source>
        <translation>Écarte tour à tour chaque tête de la couche, ou cette partie de chaque couche</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>Remettre</translation>
    </message>
    <message>
        <source>Nothing is left out.</source>
        <translation>Rien n’est écarté.</translation>
    </message>
    <message>
        <source>Left out: %1</source>
        <translation>Écarté&#xa0;: %1</translation>
    </message>
    <message>
        <source>llama.cpp computes a model as a whole. Parts can be left out with the fragment engine: choose it above and run again.</source>
        <translation>llama.cpp calcule un modèle d’un bloc. Seul le moteur à fragments peut écarter des parties&#xa0;: choisissez-le ci-dessus et relancez.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Run without %1</source>
        <translation>Exécuter sans %1</translation>
    </message>
    <message>
        <source>Whole model</source>
        <translation>Modèle entier</translation>
    </message>
    <message>
        <source>Without</source>
        <translation>Sans</translation>
    </message>
    <message>
        <source>The next token without them</source>
        <translation>Le jeton suivant sans ces parties</translation>
    </message>
    <message>
        <source>Change (KL)</source>
        <translation>Écart (KL)</translation>
    </message>
    <message>
        <source>%1 nats</source>
        <translation>%1&#xa0;nats</translation>
    </message>
    <message>
        <source>Largest logit change</source>
        <translation>Plus grand écart de logit</translation>
    </message>
    <message>
        <source>Leave out each head of layer %1</source>
        <translation>Écarter chaque tête de la couche %1</translation>
    </message>
    <message>
        <source>Leave out a part of each layer</source>
        <translation>Écarter une partie de chaque couche</translation>
    </message>
    <message>
        <source>effect</source>
        <translation>effet</translation>
    </message>
    <message>
        <source>Head %1 of layer %2</source>
        <translation>Tête %1 de la couche %2</translation>
    </message>
    <message>
        <source>Attention of layer %1</source>
        <translation>Attention de la couche %1</translation>
    </message>
    <message>
        <source>Feed-forward of layer %1</source>
        <translation>Réseau dense de la couche %1</translation>
    </message>
    <message>
        <source>Layer %1 as a whole</source>
        <translation>Couche %1 entière</translation>
    </message>
    <message>
        <source>attention adds</source>
        <translation>apport de l’attention</translation>
    </message>
    <message>
        <source>FFN adds</source>
        <translation>apport du FFN</translation>
    </message>
    <message>
        <source>residual norm</source>
        <translation>norme du résidu</translation>
    </message>
</context>
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
    <message>
        <source>Licence of Tessera</source>
        <translation>Licence de Tessera</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ApiCard</name>
    <message>
        <source>Local API</source>
        <translation>API locale</translation>
    </message>
    <message>
        <source>Programs that speak OpenAI’s protocol use the model here: chat, completions, streaming.</source>
        <translation>Les programmes qui parlent le protocole d’OpenAI utilisent le modèle ici&#xa0;: discussion, complétion, flux.</translation>
    </message>
    <message>
        <source>Ask for a key</source>
        <translation>Demander une clé</translation>
    </message>
    <message>
        <source>Serve fragments, too</source>
        <translation>Servir aussi les fragments</translation>
    </message>
    <message>
        <source>Start with Tessera</source>
        <translation>Démarrer avec Tessera</translation>
    </message>
    <message>
        <source>Key of the local API</source>
        <translation>Clé de l’API locale</translation>
    </message>
    <message>
        <source>Show the key</source>
        <translation>Montrer la clé</translation>
    </message>
    <message>
        <source>Copy the key</source>
        <translation>Copier la clé</translation>
    </message>
    <message>
        <source>The key of the local API is in the clipboard.</source>
        <translation>La clé de l’API locale est dans le presse-papiers.</translation>
    </message>
    <message>
        <source>Make a new key: the old one is good no more</source>
        <translation>Créer une nouvelle clé&#xa0;: l’ancienne ne vaudra plus</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Clé</translation>
    </message>
    <message>
        <source>Requests that failed</source>
        <translation>Requêtes en échec</translation>
    </message>
    <message numerus="yes">
        <source>Answers as %1. %n request(s) so far</source>
        <translation>
            <numerusform>Répond sous le nom %1. %n requête jusqu’ici</numerusform>
            <numerusform>Répond sous le nom %1. %n requêtes jusqu’ici</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 sent, %2 connections open.</source>
        <translation>%1 envoyés, %2 connexions ouvertes.</translation>
    </message>
    <message>
        <source>Whoever reaches this machine and has the key can use the model. The connection is not encrypted: use it in networks that you trust.</source>
        <translation>Quiconque atteint cette machine et possède la clé peut utiliser le modèle. La connexion n’est pas chiffrée&#xa0;: réservez-la aux réseaux sûrs.</translation>
    </message>
    <message>
        <source>Make a new key</source>
        <translation>Créer une nouvelle clé</translation>
    </message>
    <message>
        <source>The local API has a new key and starts anew.</source>
        <translation>L’API locale a une nouvelle clé et redémarre.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::Ask</name>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
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
    <name>tessera::ui::ChangesModel</name>
    <message>
        <source>not in this report</source>
        <translation>absent de ce rapport</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Vérification</translation>
    </message>
    <message>
        <source>Then</source>
        <translation>Avant</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Maintenant</translation>
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
    <name>tessera::ui::CheckView</name>
    <message>
        <source>equal bits</source>
        <translation>bits égaux</translation>
    </message>
    <message>
        <source>KL %1</source>
        <translation>KL %1</translation>
    </message>
    <message numerus="yes">
        <source>%n thread(s)</source>
        <translation>
            <numerusform>%n fil</numerusform>
            <numerusform>%n fils</numerusform>
        </translation>
    </message>
    <message>
        <source>batches of %1</source>
        <translation>lots de %1</translation>
    </message>
    <message>
        <source>repacked</source>
        <translation>réarrangés</translation>
    </message>
    <message>
        <source>in place</source>
        <translation>tels quels</translation>
    </message>
    <message>
        <source>%1, %2, %3</source>
        <translation>%1, %2, %3</translation>
    </message>
    <message>
        <source>Attention, %1 heads on %2</source>
        <translation>Attention, %1 têtes sur %2</translation>
    </message>
    <message>
        <source>%1, fused</source>
        <translation>%1, fusionnée</translation>
    </message>
    <message>
        <source>Dequantise %1</source>
        <translation>Déquantifier %1</translation>
    </message>
    <message>
        <source>not run</source>
        <translation>non exécuté</translation>
    </message>
    <message>
        <source>running</source>
        <translation>en cours</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>mesuré</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>réussi</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>échoué</translation>
    </message>
    <message>
        <source>Logits against llama.cpp</source>
        <translation>Logits face à llama.cpp</translation>
    </message>
    <message>
        <source>llama.cpp against itself</source>
        <translation>llama.cpp face à lui-même</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 sur %2</translation>
    </message>
    <message>
        <source>%1: %2…</source>
        <translation>%1 : %2…</translation>
    </message>
    <message>
        <source>%1: %2.</source>
        <translation>%1 : %2.</translation>
    </message>
    <message numerus="yes">
        <source>%n of the checks failed</source>
        <translation>
            <numerusform>%n vérification a échoué</numerusform>
            <numerusform>%n vérifications ont échoué</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n operation(s) agree with plain mathematics, within rounding.</source>
        <translation>
            <numerusform>%n opération s’accorde avec les mathématiques simples, à l’arrondi près.</numerusform>
            <numerusform>Les %n opérations s’accordent avec les mathématiques simples, à l’arrondi près.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n check(s) passed: this engine computes what llama.cpp computes, bit for bit under equal conditions.</source>
        <translation>
            <numerusform>%n vérification a réussi : ce moteur calcule ce que calcule llama.cpp, bit pour bit à conditions égales.</numerusform>
            <numerusform>Les %n vérifications ont réussi : ce moteur calcule ce que calcule llama.cpp, bit pour bit à conditions égales.</numerusform>
        </translation>
    </message>
    <message>
        <source>Each with its own defaults</source>
        <translation>Chacun avec ses réglages</translation>
    </message>
    <message>
        <source>Operations against mathematics</source>
        <translation>Opérations face aux maths</translation>
    </message>
</context>
<context>
    <name>tessera::ui::CheckWords</name>
    <message>
        <source>RMSNorm</source>
        <translation>RMSNorm</translation>
    </message>
    <message>
        <source>softmax</source>
        <translation>softmax</translation>
    </message>
    <message>
        <source>SwiGLU</source>
        <translation>SwiGLU</translation>
    </message>
    <message>
        <source>RoPE (adjacent pairs)</source>
        <translation>RoPE (paires voisines)</translation>
    </message>
    <message>
        <source>RoPE (NeoX halves)</source>
        <translation>RoPE (moitiés NeoX)</translation>
    </message>
    <message>
        <source>RoPE (frequency factors)</source>
        <translation>RoPE (facteurs de fréquence)</translation>
    </message>
    <message>
        <source>RoPE (linear scaling)</source>
        <translation>RoPE (échelle linéaire)</translation>
    </message>
    <message>
        <source>7 rows of 576, epsilon 1e-5</source>
        <translation>7 lignes de 576, epsilon 1e-5</translation>
    </message>
    <message>
        <source>5 rows of 96, scaled by 1/8, a third masked</source>
        <translation>5 lignes de 96, multipliées par 1/8, un tiers masqué</translation>
    </message>
    <message>
        <source>4 rows of 1536</source>
        <translation>4 lignes de 1536</translation>
    </message>
    <message>
        <source>6 positions up to 511, 3 heads of 64, base 10000</source>
        <translation>6 positions jusqu’à 511, 3 têtes de 64, base 10000</translation>
    </message>
    <message>
        <source>as above, each frequency divided by 1 to 8</source>
        <translation>comme ci-dessus, chaque fréquence divisée par 1 à 8</translation>
    </message>
    <message>
        <source>as above, positions divided by 4</source>
        <translation>comme ci-dessus, positions divisées par 4</translation>
    </message>
    <message>
        <source>33 positions, head size 64, causal</source>
        <translation>33 positions, têtes de taille 64, causal</translation>
    </message>
    <message>
        <source>a float sum of squares and three roundings</source>
        <translation>une somme de carrés en simple précision et trois arrondis</translation>
    </message>
    <message>
        <source>exp by ggml&apos;s polynomial, 2 ulp, and a float sum</source>
        <translation>exp par le polynôme de ggml, 2 ulp, et une somme en simple précision</translation>
    </message>
    <message>
        <source>exp by ggml&apos;s polynomial, 2 ulp</source>
        <translation>exp par le polynôme de ggml, 2 ulp</translation>
    </message>
    <message>
        <source>ggml multiplies the angle up in float: at position 511 and pair 31 that is 32 roundings of angles up to 511</source>
        <translation>ggml multiplie l’angle en simple précision : à la position 511 et à la paire 31, cela fait 32 arrondis d’angles allant jusqu’à 511</translation>
    </message>
    <message>
        <source>the weighted sum of values is kept in float16: eleven bits</source>
        <translation>la somme pondérée des valeurs est tenue en float16 : onze bits</translation>
    </message>
    <message>
        <source>float sums over 64 and 33 terms</source>
        <translation>sommes en simple précision de 64 et de 33 termes</translation>
    </message>
    <message>
        <source>a product of two or three rounded factors, less a rounded minimum where the type has one</source>
        <translation>un produit de deux ou trois facteurs arrondis, moins un minimum arrondi là où le type en a un</translation>
    </message>
    <message>
        <source>scale, sign and place of every element decoded in double; a point of ggml&apos;s codebook must be the same wherever its index is found, and no other index may have it</source>
        <translation>échelle, signe et place de chaque élément décodés en double précision ; un point du dictionnaire de ggml doit être le même partout où se trouve son indice, et aucun autre indice ne peut l’avoir</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ChecklistModel</name>
    <message>
        <source>%1: %2</source>
        <translation>%1 : %2</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Vérification</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Trouvé</translation>
    </message>
    <message>
        <source>Allowed</source>
        <translation>Admis</translation>
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
    <message>
        <source>No command is called like that.</source>
        <translation>Aucune commande ne porte ce nom.</translation>
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
    <name>tessera::ui::CompareView</name>
    <message>
        <source>“%1” · %2 · %3</source>
        <translation>«&#xa0;%1&#xa0;» · %2 · %3</translation>
    </message>
    <message>
        <source>Cosine</source>
        <translation>Cosinus</translation>
    </message>
    <message>
        <source>Distance</source>
        <translation>Distance</translation>
    </message>
    <message>
        <source>Norm, B − A</source>
        <translation>Norme, B − A</translation>
    </message>
    <message>
        <source>Layer %1: %2 %3</source>
        <translation>Couche %1&#xa0;: %2 %3</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Couche</translation>
    </message>
    <message>
        <source>How alike the runs are in every layer</source>
        <translation>Ressemblance des exécutions à chaque couche</translation>
    </message>
    <message>
        <source>How alike they are in every layer</source>
        <translation>Leur ressemblance à chaque couche</translation>
    </message>
    <message>
        <source>Keep the shown run as A</source>
        <translation>Garder l’exécution comme A</translation>
    </message>
    <message>
        <source>Keep a run as A, then run another prompt, engine or model: the two are compared here.</source>
        <translation>Gardez une exécution comme A, puis lancez une autre invite, un autre moteur ou un autre modèle&#xa0;: les deux sont comparées ici.</translation>
    </message>
    <message>
        <source>Next token</source>
        <translation>Jeton suivant</translation>
    </message>
    <message>
        <source>Next tokens of both runs</source>
        <translation>Jetons suivants des deux exécutions</translation>
    </message>
    <message>
        <source>What both say next</source>
        <translation>Ce que les deux disent ensuite</translation>
    </message>
    <message>
        <source>A: %1</source>
        <translation>A&#xa0;: %1</translation>
    </message>
    <message>
        <source>A: none is kept yet</source>
        <translation>A&#xa0;: aucune n’est encore gardée</translation>
    </message>
    <message>
        <source>B: %1</source>
        <translation>B&#xa0;: %1</translation>
    </message>
    <message>
        <source>B: the run that is shown</source>
        <translation>B&#xa0;: l’exécution affichée</translation>
    </message>
    <message>
        <source>Compare two runs</source>
        <translation>Comparer deux exécutions</translation>
    </message>
    <message numerus="yes">
        <source>Mean over %n token(s) that both have</source>
        <translation>
            <numerusform>Moyenne sur %n jeton commun</numerusform>
            <numerusform>Moyenne sur %n jetons communs</numerusform>
        </translation>
    </message>
    <message>
        <source>Change (KL)</source>
        <translation>Écart (KL)</translation>
    </message>
    <message>
        <source>%1 nats</source>
        <translation>%1&#xa0;nats</translation>
    </message>
    <message>
        <source>other vocabularies</source>
        <translation>vocabulaires différents</translation>
    </message>
    <message>
        <source>Tokens in common</source>
        <translation>Jetons communs</translation>
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
    <message>
        <source>System prompt</source>
        <translation>Consigne système</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ConsentDialog</name>
    <message>
        <source>Compute with other machines?</source>
        <translation>Calculer avec d’autres machines&#xa0;?</translation>
    </message>
    <message>
        <source>Every machine that computes a part can reconstruct what you write and the answer. Use machines of people you trust.</source>
        <translation>Chaque machine qui calcule une partie peut reconstituer ce que vous écrivez et la réponse. Utilisez les machines de personnes de confiance.</translation>
    </message>
    <message>
        <source>Do not ask again for these machines</source>
        <translation>Ne plus demander pour ces machines</translation>
    </message>
    <message>
        <source>Compute with them</source>
        <translation>Calculer avec elles</translation>
    </message>
    <message>
        <source>Nobody else can: connections are encrypted, and each machine proves its key.</source>
        <translation>Personne d’autre&#xa0;: les connexions sont chiffrées, et chaque machine prouve sa clé.</translation>
    </message>
    <message>
        <source>helps when another machine fails</source>
        <translation>aide quand une autre machine fait défaut</translation>
    </message>
    <message>
        <source>does not answer now</source>
        <translation>ne répond pas pour l’instant</translation>
    </message>
    <message>
        <source>multiplies its share of every matrix’s rows</source>
        <translation>multiplie sa part des lignes de chaque matrice</translation>
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
    <message>
        <source>Search chats</source>
        <translation>Rechercher</translation>
    </message>
</context>
<context>
    <name>tessera::ui::CurvePlot</name>
    <message>
        <source>%1 at %2: %3</source>
        <translation>%1 à %2&#xa0;: %3</translation>
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
    <name>tessera::ui::ErrorText</name>
    <message>
        <source>Not found: %1</source>
        <translation>Introuvable&#xa0;: %1</translation>
    </message>
    <message>
        <source>Damaged or contradictory data: %1</source>
        <translation>Données abîmées ou contradictoires&#xa0;: %1</translation>
    </message>
    <message>
        <source>Not supported: %1</source>
        <translation>Non pris en charge&#xa0;: %1</translation>
    </message>
    <message>
        <source>This cannot be done: %1</source>
        <translation>Impossible&#xa0;: %1</translation>
    </message>
    <message>
        <source>The system refuses: %1</source>
        <translation>Le système refuse&#xa0;: %1</translation>
    </message>
    <message>
        <source>The network fails: %1</source>
        <translation>Le réseau fait défaut&#xa0;: %1</translation>
    </message>
    <message>
        <source>Stopped: %1</source>
        <translation>Arrêté&#xa0;: %1</translation>
    </message>
    <message>
        <source>Not enough memory: %1</source>
        <translation>Mémoire insuffisante&#xa0;: %1</translation>
    </message>
    <message>
        <source>Refused: %1</source>
        <translation>Refusé&#xa0;: %1</translation>
    </message>
    <message>
        <source>there is no such file or folder; a GGUF, a manifest or a folder of fragments is looked for</source>
        <translation>il n’y a ni fichier ni dossier de ce nom&#xa0;; un GGUF, un manifeste ou un dossier de fragments est attendu</translation>
    </message>
    <message>
        <source>the bytes are not those of the manifest: their SHA-256 is %1, it should be %2</source>
        <translation>les octets ne sont pas ceux du manifeste&#xa0;: leur SHA-256 est %1, il devrait être %2</translation>
    </message>
    <message>
        <source>%1, shard %2 of %3 (fragment %4)</source>
        <translation>%1, partie %2 sur %3 (fragment %4)</translation>
    </message>
    <message>
        <source>header of %1, bytes %2 to %3 (fragment %4)</source>
        <translation>en-tête de %1, octets %2 à %3 (fragment %4)</translation>
    </message>
    <message>
        <source>bytes %1 to %2 of %3 (fragment %4)</source>
        <translation>octets %1 à %2 de %3 (fragment %4)</translation>
    </message>
    <message>
        <source>is no GGUF, no manifest and no folder of fragments</source>
        <translation>ce n’est ni un GGUF, ni un manifeste, ni un dossier de fragments</translation>
    </message>
    <message>
        <source>not a GGUF file: it begins with %1, not with &apos;GGUF&apos;</source>
        <translation>ce n’est pas un fichier GGUF&#xa0;: il commence par %1 et non par «&#xa0;GGUF&#xa0;»</translation>
    </message>
    <message>
        <source>this is a Git LFS pointer, not the model itself (fetch it with git lfs pull)</source>
        <translation>c’est un pointeur Git LFS, pas le modèle lui-même (récupérez-le avec git lfs pull)</translation>
    </message>
    <message>
        <source>this is a model in the GGML format that came before GGUF (convert it to GGUF)</source>
        <translation>ce modèle est au format GGML, qui a précédé GGUF (convertissez-le en GGUF)</translation>
    </message>
    <message>
        <source>the file ends inside its header, in %1 at byte %2 (download it again)</source>
        <translation>le fichier s’arrête dans son en-tête (%1), à l’octet %2&#xa0;; téléchargez-le à nouveau</translation>
    </message>
    <message>
        <source>the magic number</source>
        <translation>le nombre magique</translation>
    </message>
    <message>
        <source>the version</source>
        <translation>la version</translation>
    </message>
    <message>
        <source>the tensor count</source>
        <translation>le nombre de tenseurs</translation>
    </message>
    <message>
        <source>the metadata count</source>
        <translation>le nombre de métadonnées</translation>
    </message>
    <message>
        <source>a metadata key</source>
        <translation>une clé de métadonnées</translation>
    </message>
    <message>
        <source>a tensor name</source>
        <translation>le nom d’un tenseur</translation>
    </message>
    <message>
        <source>a tensor&apos;s dimensions</source>
        <translation>les dimensions d’un tenseur</translation>
    </message>
    <message>
        <source>a tensor&apos;s offset</source>
        <translation>la position d’un tenseur</translation>
    </message>
    <message>
        <source>an array of %1 strings</source>
        <translation>une liste de %1 textes</translation>
    </message>
    <message>
        <source>the file has %1 bytes, the manifest says %2: it was cut short or is another one. Fetch it again, or make a new manifest (tessera fragment --in-place)</source>
        <translation>le fichier a %1 octets, le manifeste en annonce %2&#xa0;: il a été tronqué ou c’en est un autre. Récupérez-le à nouveau ou faites un nouveau manifeste (tessera fragment --in-place)</translation>
    </message>
    <message>
        <source>the disk is full: %1 are needed and %2 are free; free some space, or choose a place on another disk</source>
        <translation>le disque est plein&#xa0;: il faut %1 et %2 sont libres&#xa0;; libérez de la place ou choisissez un autre disque</translation>
    </message>
    <message>
        <source>%1 are needed, %2 are free on this disk; make room or choose another folder</source>
        <translation>il faut %1 et %2 sont libres sur ce disque&#xa0;; faites de la place ou choisissez un autre dossier</translation>
    </message>
    <message>
        <source>another program is writing to this model; wait until it has ended</source>
        <translation>un autre programme écrit dans ce modèle&#xa0;; attendez qu’il ait fini</translation>
    </message>
    <message>
        <source>is in use; close the model first</source>
        <translation>en cours d’utilisation&#xa0;; fermez d’abord le modèle</translation>
    </message>
    <message>
        <source>architecture %1 is not known to this engine (known: %2); use the llama.cpp engine</source>
        <translation>ce moteur ne connaît pas l’architecture %1 (il connaît&#xa0;: %2)&#xa0;; utilisez le moteur llama.cpp</translation>
    </message>
    <message>
        <source>the model has no vocabulary</source>
        <translation>le modèle n’a pas de vocabulaire</translation>
    </message>
    <message>
        <source>the model computes values that are not numbers (NaN): its file is damaged, or it overflows the KV cache&apos;s format (--kv-type f32)</source>
        <translation>le modèle calcule des valeurs qui ne sont pas des nombres (NaN)&#xa0;: son fichier est endommagé, ou il dépasse le format du cache KV (choisissez F32)</translation>
    </message>
    <message>
        <source>the KV cache of %1 tokens needs %2, and %3 of memory are free; choose a smaller context (--ctx)</source>
        <translation>le cache KV de %1 jetons demande %2 et %3 de mémoire sont libres&#xa0;; choisissez un contexte plus petit</translation>
    </message>
    <message>
        <source>a context of %1 tokens needs %2 for its keys and values; choose a smaller context</source>
        <translation>un contexte de %1 jetons demande %2 pour ses clés et valeurs&#xa0;; choisissez un contexte plus petit</translation>
    </message>
    <message>
        <source>a context of %1 tokens exceeds the limit of %2</source>
        <translation>un contexte de %1 jetons dépasse la limite de %2</translation>
    </message>
    <message>
        <source>no memory for %1 of tensor %2</source>
        <translation>pas assez de mémoire&#xa0;: %1 pour le tenseur %2</translation>
    </message>
    <message>
        <source>no memory for a graph of %1 rows; choose a smaller micro-batch</source>
        <translation>pas assez de mémoire pour un graphe de %1 lignes&#xa0;; choisissez un micro-lot plus petit</translation>
    </message>
    <message>
        <source>ggml had no memory to compute</source>
        <translation>pas assez de mémoire pour que ggml calcule</translation>
    </message>
    <message>
        <source>%1 is not known: check the link, and that this machine is online</source>
        <translation>%1 est inconnu&#xa0;: vérifiez le lien et la connexion de cette machine</translation>
    </message>
    <message>
        <source>%1 does not answer (%2)</source>
        <translation>%1 ne répond pas (%2)</translation>
    </message>
    <message>
        <source>%1 is too slow: not connected in %2 s, or less than 1 KiB/s for %3 s</source>
        <translation>%1 est trop lent&#xa0;: pas de connexion en %2&#xa0;s, ou moins de 1&#xa0;Kio/s pendant %3 s</translation>
    </message>
    <message>
        <source>the connection to %1 was lost (%2)</source>
        <translation>la connexion à %1 a été perdue (%2)</translation>
    </message>
    <message>
        <source>%1 has no such file (HTTP %2): check the link</source>
        <translation>%1 n’a pas ce fichier (HTTP %2)&#xa0;: vérifiez le lien</translation>
    </message>
    <message>
        <source>%1 is busy or out of order (HTTP %2); try again later</source>
        <translation>%1 est surchargé ou en panne (HTTP %2)&#xa0;; réessayez plus tard</translation>
    </message>
    <message>
        <source>%1 refuses (HTTP %2)</source>
        <translation>%1 refuse (HTTP %2)</translation>
    </message>
    <message>
        <source>%1 cannot prove that it is %2: its certificate is not trusted (%3). Nothing was fetched</source>
        <translation>%1 ne peut pas prouver qu’il est bien %2&#xa0;: son certificat n’est pas reconnu (%3). Rien n’a été récupéré</translation>
    </message>
    <message>
        <source>cannot %1: %2 (%3)</source>
        <translation>impossible %1&#xa0;: %2 (%3)</translation>
    </message>
    <message>
        <source>cannot %1: %2</source>
        <translation>impossible %1&#xa0;: %2</translation>
    </message>
    <message>
        <source>open it for writing</source>
        <translation>d’y ouvrir un accès en écriture</translation>
    </message>
    <message>
        <source>open it</source>
        <translation>de l’ouvrir</translation>
    </message>
    <message>
        <source>create it</source>
        <translation>de le créer</translation>
    </message>
    <message>
        <source>create the folder</source>
        <translation>de créer le dossier</translation>
    </message>
    <message>
        <source>read %1 bytes at %2</source>
        <translation>de lire %1 octets à la position %2</translation>
    </message>
    <message>
        <source>write %1 bytes at %2</source>
        <translation>d’écrire %1 octets à la position %2</translation>
    </message>
    <message>
        <source>make it %1 bytes long</source>
        <translation>de lui donner une taille de %1 octets</translation>
    </message>
    <message>
        <source>bring it to the disk</source>
        <translation>de l’écrire sur le disque</translation>
    </message>
    <message>
        <source>rename it to &apos;%1&apos;</source>
        <translation>de le renommer en «&#xa0;%1&#xa0;»</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>il n’existe pas</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>le disque est plein</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>accès refusé</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>système de fichiers en lecture seule</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>c’est un dossier</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>ce n’est pas un dossier</translation>
    </message>
    <message>
        <source>Cannot allocate memory</source>
        <translation>pas assez de mémoire</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>erreur d’entrée-sortie</translation>
    </message>
    <message>
        <source>the disk is full: free some space, or choose a place on another disk</source>
        <translation>libérez de la place ou choisissez un autre disque</translation>
    </message>
    <message>
        <source>check the permissions, or choose another place</source>
        <translation>vérifiez les droits ou choisissez un autre endroit</translation>
    </message>
    <message>
        <source>choose a place that can be written</source>
        <translation>choisissez un endroit où l’on peut écrire</translation>
    </message>
    <message>
        <source>Failed to connect to %1 port %2 after %3 ms: %4</source>
        <translation>pas de connexion à %1, port %2, après %3&#xa0;ms&#xa0;: %4</translation>
    </message>
    <message>
        <source>Couldn&apos;t connect to server</source>
        <translation>connexion au serveur impossible</translation>
    </message>
    <message>
        <source>Connection refused</source>
        <translation>connexion refusée</translation>
    </message>
    <message>
        <source>Connection timed out</source>
        <translation>délai dépassé</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1&#xa0;: %2</translation>
    </message>
    <message>
        <source>the connection ended</source>
        <translation>la connexion est terminée</translation>
    </message>
    <message>
        <source>no answer in time</source>
        <translation>pas de réponse à temps</translation>
    </message>
    <message>
        <source>the key %1 has no right to compute on this node; its owner can allow it with &apos;tessera peers allow&apos;</source>
        <translation>la clé %1 n’a pas le droit de calculer sur ce nœud&#xa0;; son propriétaire peut le lui donner avec &apos;tessera peers allow&apos;</translation>
    </message>
    <message>
        <source>the machine there has another key, %1; nothing was sent to it</source>
        <translation>la machine qui s’y trouve a une autre clé, %1&#xa0;; rien ne lui a été envoyé</translation>
    </message>
    <message>
        <source>the node is full: it has %1 of at most %2 sessions</source>
        <translation>le nœud est plein&#xa0;: il a %1 sessions, au plus %2 sont permises</translation>
    </message>
    <message>
        <source>the node is full: this context needs %1 for keys and values, %2 of %3 are in use; choose a smaller context (--ctx) or another node</source>
        <translation>le nœud est plein&#xa0;: ce contexte demande %1 pour les clés et les valeurs, %2 sur %3 sont occupés&#xa0;; choisissez un contexte plus petit (--ctx) ou un autre nœud</translation>
    </message>
    <message>
        <source>the node is full: these rows need %1, %2 of %3 are in use by %4 sessions</source>
        <translation>le nœud est plein&#xa0;: ces lignes demandent %1, %2 sur %3 sont occupés par %4 sessions</translation>
    </message>
    <message>
        <source>the node is full: it answers %1 calls already, with at most %2 sessions</source>
        <translation>le nœud est plein&#xa0;: il répond déjà à %1 appels, pour au plus %2 sessions</translation>
    </message>
    <message>
        <source>the node computes another model: set %1…, asked for %2…</source>
        <translation>le nœud calcule un autre modèle&#xa0;: jeu %1…, demandé %2…</translation>
    </message>
    <message>
        <source>the node computes in another numerics class: %1</source>
        <translation>le nœud calcule dans une autre classe numérique&#xa0;: %1</translation>
    </message>
    <message>
        <source>it computes another model (set %1…)</source>
        <translation>il calcule un autre modèle (jeu %1…)</translation>
    </message>
    <message>
        <source>it computes with %1 kernels, this machine with %2, so the answer would have other last bits; choose the same --kernels, or --other-class</source>
        <translation>il calcule avec %1, cette machine avec %2&#xa0;: les derniers bits de la réponse seraient différents&#xa0;; choisissez les mêmes noyaux (--kernels), ou --other-class</translation>
    </message>
    <message>
        <source>its numerics class is another one (%1), so the answer would have other last bits; --other-class allows it</source>
        <translation>sa classe numérique est une autre (%1)&#xa0;: les derniers bits de la réponse seraient différents&#xa0;; --other-class le permet</translation>
    </message>
    <message>
        <source>it has no layers, only rows of matrices (--row-nodes)</source>
        <translation>il n’a pas de couches, seulement des lignes de matrices (--row-nodes)</translation>
    </message>
    <message>
        <source>its description makes no sense here: use the same version of Tessera</source>
        <translation>sa description n’a pas de sens ici&#xa0;: utilisez la même version de Tessera</translation>
    </message>
    <message>
        <source>the other side speaks protocol %1, this one %2: use the same version of Tessera</source>
        <translation>l’autre côté parle le protocole %1, celui-ci le %2&#xa0;: utilisez la même version de Tessera</translation>
    </message>
    <message>
        <source>it did not open a session in time</source>
        <translation>il n’a pas ouvert de session à temps</translation>
    </message>
    <message>
        <source>the step was not completed before its deadline</source>
        <translation>l’étape n’a pas été terminée avant son échéance</translation>
    </message>
    <message>
        <source>a product was not there before its deadline</source>
        <translation>un produit n’est pas arrivé avant son échéance</translation>
    </message>
    <message>
        <source>its rows are not ready yet</source>
        <translation>ses lignes ne sont pas encore prêtes</translation>
    </message>
    <message>
        <source>it computed other numbers than %1</source>
        <translation>il a calculé d’autres nombres que %1</translation>
    </message>
    <message>
        <source>two machines computed different numbers</source>
        <translation>deux machines ont calculé des nombres différents</translation>
    </message>
    <message>
        <source>%1: %2 replacements failed one after the other, the last one so: %3</source>
        <translation>%1&#xa0;: %2 remplaçants ont échoué l’un après l’autre, le dernier ainsi&#xa0;: %3</translation>
    </message>
    <message>
        <source>layers %1–%2: no answer before the deadline</source>
        <translation>couches %1–%2&#xa0;: pas de réponse avant l’échéance</translation>
    </message>
    <message>
        <source>layers %1–%2: the nodes have too little memory left for this context; choose a smaller one (--ctx), or more nodes</source>
        <translation>couches %1–%2&#xa0;: il reste trop peu de mémoire aux nœuds pour ce contexte&#xa0;; choisissez-en un plus petit (--ctx), ou davantage de nœuds</translation>
    </message>
    <message>
        <source>%1; %2 is left out: %3</source>
        <translation>%1&#xa0;; %2 est laissé de côté&#xa0;: %3</translation>
    </message>
    <message>
        <source>%1; %2 cannot either: %3</source>
        <translation>%1&#xa0;; %2 ne le peut pas non plus&#xa0;: %3</translation>
    </message>
    <message>
        <source>%1; this machine was not to take its place</source>
        <translation>%1&#xa0;; cette machine ne devait pas le remplacer</translation>
    </message>
    <message>
        <source>%1, and their fragments are not on this machine</source>
        <translation>%1, et leurs fragments ne sont pas sur cette machine</translation>
    </message>
    <message>
        <source>nobody has layers %1</source>
        <translation>personne n’a les couches %1</translation>
    </message>
    <message>
        <source>%1: %2 goes on for %3 after %4 s</source>
        <translation>%1&#xa0;: %2 continue à la place de %3, après %4 s</translation>
    </message>
    <message>
        <source>%1: %2 failed (%3)</source>
        <translation>%1&#xa0;: %2 a échoué (%3)</translation>
    </message>
    <message>
        <source>rows of the matrices, part %1 of %2</source>
        <translation>lignes des matrices, partie %1 sur %2</translation>
    </message>
    <message>
        <source>layers %1–%2</source>
        <translation>couches %1–%2</translation>
    </message>
    <message>
        <source>no node was joined yet; an invitation to one does it (&apos;tessera join&apos;)</source>
        <translation>aucun nœud n’a encore été rejoint&#xa0;; une invitation y mène (&apos;tessera join&apos;)</translation>
    </message>
    <message>
        <source>callers know a model by its manifest, which this one does not have; &apos;tessera fragment&apos; makes it</source>
        <translation>les appelants reconnaissent un modèle à son manifeste, que celui-ci n’a pas&#xa0;; &apos;tessera fragment&apos; le crée</translation>
    </message>
    <message>
        <source>nodes know a model by its manifest, which this one does not have; &apos;tessera fragment&apos; makes it</source>
        <translation>les nœuds reconnaissent un modèle à son manifeste, que celui-ci n’a pas&#xa0;; &apos;tessera fragment&apos; le crée</translation>
    </message>
    <message>
        <source>no layer&apos;s fragments are complete on this machine; &apos;tessera fetch&apos; gets them, --layers none serves rows of matrices alone</source>
        <translation>les fragments d’aucune couche ne sont complets sur cette machine&#xa0;; &apos;tessera fetch&apos; les apporte, --layers none ne sert que des lignes de matrices</translation>
    </message>
    <message>
        <source>fragments of layers %1–%2 are missing on this machine; &apos;tessera fetch&apos; gets them</source>
        <translation>des fragments des couches %1–%2 manquent sur cette machine&#xa0;; &apos;tessera fetch&apos; les apporte</translation>
    </message>
    <message>
        <source>cannot listen on %1: the address is not this machine&apos;s, or its port is in use</source>
        <translation>impossible d’écouter sur %1&#xa0;: l’adresse n’est pas celle de cette machine, ou son port est occupé</translation>
    </message>
    <message>
        <source>there is no such invitation: it has expired, was withdrawn, or is another machine&apos;s</source>
        <translation>cette invitation n’existe pas&#xa0;: elle a expiré, a été retirée, ou est celle d’une autre machine</translation>
    </message>
    <message>
        <source>this invitation was used already; each is good once</source>
        <translation>cette invitation a déjà servi&#xa0;; chacune ne vaut qu’une fois</translation>
    </message>
    <message>
        <source>this is no invitation: ID@HOST:PORT#SECRET, as &apos;tessera invite&apos; prints it</source>
        <translation>ce n’est pas une invitation&#xa0;: ID@HÔTE:PORT#SECRET, comme l’affiche &apos;tessera invite&apos;</translation>
    </message>
    <message>
        <source>layers on nodes show their residual stream alone: norms and the lens; attention, neurons, experts and captured tensors can be seen where the layers are, and here once their fragments are here</source>
        <translation>des couches sur des nœuds, on ne voit que le flux résiduel&#xa0;: les normes et la lentille&#xa0;; l’attention, les neurones, les experts et les tenseurs capturés se voient là où sont les couches, et ici une fois que leurs fragments y sont</translation>
    </message>
    <message>
        <source>leaving parts of layers out needs all of them on this machine; do it without nodes</source>
        <translation>omettre des parties de couches les demande toutes sur cette machine&#xa0;; faites-le sans nœuds</translation>
    </message>
    <message>
        <source>it shows nothing of its layers: use the same version of Tessera</source>
        <translation>il ne montre rien de ses couches&#xa0;: utilisez la même version de Tessera</translation>
    </message>
    <message>
        <source>looking through the output matrix needs all of it on this machine; leave --row-nodes out</source>
        <translation>regarder à travers la matrice de sortie la demande entière sur cette machine&#xa0;; renoncez à --row-nodes</translation>
    </message>
    <message>
        <source>no matrix of this model can be cut into %1 parts of whole tiles of %2 rows</source>
        <translation>aucune matrice de ce modèle ne peut être coupée en %1 parties de tuiles entières de %2 lignes</translation>
    </message>
    <message>
        <source>%1 need %2, but of the memory that may be used (%3 for the model) %4 are taken%5; allow more (--memory)</source>
        <translation>%1&#xa0;: il faut %2, mais de la mémoire permise (%3 pour le modèle) %4 sont pris%5&#xa0;; permettez-en davantage (--memory)</translation>
    </message>
    <message>
        <source>the weights that every token uses</source>
        <translation>les poids dont chaque jeton se sert</translation>
    </message>
    <message>
        <source>the graphs of a session</source>
        <translation>les graphes d’une session</translation>
    </message>
    <message>
        <source>the program and the model&apos;s vocabulary take %1 already; allow more than %2 (--memory)</source>
        <translation>le programme et le vocabulaire du modèle prennent déjà %1&#xa0;; permettez plus de %2 (--memory)</translation>
    </message>
    <message>
        <source>the experts of one token need %1 beside the other weights, and %2 are left of the memory that may be used; allow more (--memory)</source>
        <translation>les experts d’un jeton demandent %1 à côté des autres poids, et il reste %2 de la mémoire permise&#xa0;; permettez-en davantage (--memory)</translation>
    </message>
    <message>
        <source>%1 rows at once can need %2 of a layer&apos;s experts, and %3 are left for them; allow more (--memory), or compute %4 at once (--batch)</source>
        <translation>%1 lignes à la fois peuvent demander %2 d’experts d’une couche, et il leur reste %3&#xa0;; permettez davantage (--memory), ou calculez-en %4 à la fois (--batch)</translation>
    </message>
    <message>
        <source>llama.cpp takes the memory that it needs; leave --memory out</source>
        <translation>llama.cpp prend la mémoire qu’il lui faut&#xa0;; renoncez à --memory</translation>
    </message>
    <message>
        <source>tensor %1 is not known to this engine&apos;s %2; use the llama.cpp engine</source>
        <translation>ce moteur ne connaît pas le tenseur %1 dans %2&#xa0;; utilisez le moteur llama.cpp</translation>
    </message>
    <message>
        <source>tensor %1 is not known to this engine&apos;s %2</source>
        <translation>ce moteur ne connaît pas le tenseur %1 dans %2</translation>
    </message>
    <message>
        <source>architecture %1 is not known to this engine (known: %2)</source>
        <translation>ce moteur ne connaît pas l’architecture %1 (connues&#xa0;: %2)</translation>
    </message>
    <message>
        <source>the model has %1 experts; this engine computes dense %2 models only; use the llama.cpp engine</source>
        <translation>le modèle a %1 experts&#xa0;; ce moteur ne calcule que des modèles %2 denses&#xa0;; utilisez le moteur llama.cpp</translation>
    </message>
    <message>
        <source>heads have keys of %1 and values of %2 elements; this engine needs equal sizes; use the llama.cpp engine</source>
        <translation>les têtes ont des clés de %1 et des valeurs de %2 éléments&#xa0;; ce moteur les veut de même taille&#xa0;; utilisez le moteur llama.cpp</translation>
    </message>
    <message>
        <source>our own kernels are written for AVX2, AVX-512 with VNNI, and NEON with dot products, which this processor does not have; use --kernels ggml</source>
        <translation>nos propres noyaux sont écrits pour AVX2, AVX-512 avec VNNI, et NEON avec produits scalaires, que ce processeur n’a pas&#xa0;; utilisez --kernels ggml</translation>
    </message>
    <message>
        <source>node %1</source>
        <translation>le nœud %1</translation>
    </message>
    <message>
        <source>this machine</source>
        <translation>cette machine</translation>
    </message>
    <message>
        <source>another node</source>
        <translation>un autre nœud</translation>
    </message>
    <message>
        <source>our own</source>
        <translation>nos propres noyaux</translation>
    </message>
    <message>
        <source>ggml&apos;s</source>
        <translation>ceux de ggml</translation>
    </message>
    <message>
        <source>every node that was joined is left out; tick one on the Network page</source>
        <translation>tous les nœuds rejoints sont laissés de côté&#xa0;; cochez-en un sur la page Réseau</translation>
    </message>
    <message>
        <source>%1 does not give this file to everybody (HTTP %2): sign in on its page and accept the model&apos;s terms, give the server&apos;s token (TESSERA_LINK_TOKEN), or use another link</source>
        <translation>%1 ne donne pas ce fichier à tout le monde (HTTP %2)&#xa0;: connectez-vous sur sa page et acceptez les conditions du modèle, donnez le jeton du serveur (TESSERA_LINK_TOKEN), ou utilisez un autre lien</translation>
    </message>
    <message>
        <source>nothing listens there; start the node, or check the port</source>
        <translation>rien n’écoute à cette adresse ; démarrez le nœud ou vérifiez le port</translation>
    </message>
    <message>
        <source>its name is not known; check the address, and that this machine is online</source>
        <translation>son nom est inconnu ; vérifiez l’adresse et la connexion de cette machine</translation>
    </message>
    <message>
        <source>there is no way to this address; check it, and that both machines are in one network</source>
        <translation>aucun chemin ne mène à cette adresse ; vérifiez-la, et que les deux machines sont dans le même réseau</translation>
    </message>
    <message>
        <source>what listens there does not speak as a node does; check the port</source>
        <translation>ce qui écoute là n’est pas un nœud ; vérifiez le port</translation>
    </message>
    <message>
        <source>it has stopped answering: frozen, or cut off from the network</source>
        <translation>il ne répond plus : figé ou coupé du réseau</translation>
    </message>
    <message>
        <source>it does not know this request: use the same version of Tessera</source>
        <translation>il ne connaît pas cette requête : utilisez la même version de Tessera</translation>
    </message>
    <message>
        <source>a message was larger than is allowed: use the same version of Tessera</source>
        <translation>un message dépassait la taille permise : utilisez la même version de Tessera</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ExpertsView</name>
    <message>
        <source>%1 %</source>
        <translation>%1&#xa0;%</translation>
    </message>
    <message>
        <source>Expert</source>
        <translation>Expert</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>Fois</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Part</translation>
    </message>
    <message>
        <source>Misses</source>
        <translation>Absents</translation>
    </message>
    <message>
        <source>Layer %1, expert %2: chosen %3 times, %4 of the layer&apos;s choices</source>
        <translation>Couche %1, expert %2&#xa0;: choisi %3 fois, %4 des choix de la couche</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Couche</translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation>Choisi</translation>
    </message>
    <message>
        <source>Hits</source>
        <translation>Présents</translation>
    </message>
    <message>
        <source>Bytes brought</source>
        <translation>Octets chargés</translation>
    </message>
    <message>
        <source>Layer %1, %2: experts %3</source>
        <translation>Couche %1, %2&#xa0;: experts %3</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Jeton</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>Experts</translation>
    </message>
    <message>
        <source>Experts of every layer</source>
        <translation>Experts de chaque couche</translation>
    </message>
    <message>
        <source>Experts of every token</source>
        <translation>Experts de chaque jeton</translation>
    </message>
    <message>
        <source>This run</source>
        <translation>Cette exécution</translation>
    </message>
    <message>
        <source>Since loading</source>
        <translation>Depuis le début</translation>
    </message>
    <message>
        <source>What is counted</source>
        <translation>Ce qui est compté</translation>
    </message>
    <message>
        <source>The tokens of this prompt, or everything that this model has computed, chats too</source>
        <translation>Les jetons de cette invite, ou tout ce que ce modèle a calculé, discussions comprises</translation>
    </message>
    <message>
        <source>By share</source>
        <translation>Parts</translation>
    </message>
    <message>
        <source>By misses</source>
        <translation>Absences</translation>
    </message>
    <message>
        <source>Colour of the cells</source>
        <translation>Couleur des cases</translation>
    </message>
    <message>
        <source>How often an expert was chosen, or how often a step had to bring it into memory</source>
        <translation>Combien de fois un expert a été choisi, ou combien de fois une étape a dû le charger en mémoire</translation>
    </message>
    <message>
        <source>Experts by layer</source>
        <translation>Experts par couche</translation>
    </message>
    <message>
        <source>Experts by token, best first</source>
        <translation>Experts par jeton, le meilleur d’abord</translation>
    </message>
    <message>
        <source>Experts of the layer</source>
        <translation>Experts de la couche</translation>
    </message>
    <message>
        <source>Which token chose which expert was not kept of this run: tick “Experts” above.</source>
        <translation>Quel jeton a choisi quel expert n’a pas été gardé de cette exécution&#xa0;: cochez «&#xa0;Experts&#xa0;» plus haut.</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Mémoire</translation>
    </message>
    <message>
        <source>Experts of the layer and memory</source>
        <translation>Experts de la couche et mémoire</translation>
    </message>
    <message>
        <source>No experts: in this model every token passes through the whole feed-forward network.</source>
        <translation>Pas d’experts&#xa0;: dans ce modèle, chaque jeton traverse tout le réseau dense.</translation>
    </message>
    <message>
        <source>The nodes that compute this model&apos;s layers do not tell which experts they chose.</source>
        <translation>Les nœuds qui calculent les couches de ce modèle ne disent pas quels experts ils ont choisis.</translation>
    </message>
    <message>
        <source>This run did not keep which experts were chosen.</source>
        <translation>Cette exécution n’a pas gardé quels experts ont été choisis.</translation>
    </message>
    <message>
        <source>Times that a step had to bring the expert into memory</source>
        <translation>Nombre de fois qu’une étape a dû charger l’expert en mémoire</translation>
    </message>
    <message>
        <source>Per cent of the layer&apos;s choices; equal shares would be %1</source>
        <translation>Pour cent des choix de la couche&#xa0;; des parts égales feraient %1</translation>
    </message>
    <message>
        <source>Chosen at all</source>
        <translation>Choisis</translation>
    </message>
    <message>
        <source>%1 of %2 experts</source>
        <translation>%1 experts sur %2</translation>
    </message>
    <message>
        <source>Busiest</source>
        <translation>Le plus choisi</translation>
    </message>
    <message>
        <source>expert %1 with %2</source>
        <translation>expert %1 avec %2</translation>
    </message>
    <message>
        <source>Evenness</source>
        <translation>Équilibre</translation>
    </message>
    <message>
        <source>In memory</source>
        <translation>En mémoire</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>Limite</translation>
    </message>
    <message>
        <source>none, they stay</source>
        <translation>aucune, ils y restent</translation>
    </message>
    <message>
        <source>Brought</source>
        <translation>Chargés</translation>
    </message>
    <message>
        <source>%1 times, %2</source>
        <translation>%1 fois, %2</translation>
    </message>
    <message>
        <source>Given back</source>
        <translation>Rendus</translation>
    </message>
    <message>
        <source>%1 times</source>
        <translation>%1 fois</translation>
    </message>
    <message>
        <source>This layer</source>
        <translation>Cette couche</translation>
    </message>
    <message>
        <source>%1 waited for</source>
        <translation>%1 attendus</translation>
    </message>
    <message>
        <source>%1; asked for before a step needed it %2 times, only then %3 times</source>
        <translation>%1&#xa0;; demandé avant qu’une étape en ait besoin %2 fois, seulement alors %3 fois</translation>
    </message>
</context>
<context>
    <name>tessera::ui::Explanation</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Rows of logits</source>
        <translation>Lignes de logits</translation>
    </message>
    <message>
        <source>Largest difference</source>
        <translation>Plus grand écart</translation>
    </message>
    <message>
        <source>Mean difference</source>
        <translation>Écart moyen</translation>
    </message>
    <message>
        <source>Mean KL divergence</source>
        <translation>Divergence KL moyenne</translation>
    </message>
    <message>
        <source>Same likeliest token</source>
        <translation>Même jeton le plus probable</translation>
    </message>
    <message>
        <source>The result holds values that are not numbers, or far too large.</source>
        <translation>Le résultat contient des valeurs qui ne sont pas des nombres, ou bien trop grandes.</translation>
    </message>
    <message>
        <source>The result has the wrong shape, or two results that must differ are the same.</source>
        <translation>Le résultat n’a pas la bonne forme, ou deux résultats qui doivent différer sont les mêmes.</translation>
    </message>
    <message>
        <source>The result differs where no difference is allowed.</source>
        <translation>Le résultat diffère là où aucun écart n’est admis.</translation>
    </message>
    <message>
        <source>The largest error is %1 times what rounding explains: this is a mistake in the computation, not noise.</source>
        <translation>La plus grande erreur vaut %1 fois ce que l’arrondi explique : c’est une faute de calcul, pas du bruit.</translation>
    </message>
    <message>
        <source>Computed</source>
        <translation>Calculé</translation>
    </message>
    <message>
        <source>Largest error</source>
        <translation>Plus grande erreur</translation>
    </message>
    <message>
        <source>Allowed</source>
        <translation>Admis</translation>
    </message>
    <message>
        <source>Because of</source>
        <translation>En raison de</translation>
    </message>
    <message>
        <source>ggml&apos;s result on this processor agrees with plain code in double precision, as closely as rounding allows.</source>
        <translation>Le résultat de ggml sur ce processeur s’accorde avec un code simple en double précision, d’aussi près que l’arrondi le permet.</translation>
    </message>
    <message>
        <source>Where: %1.</source>
        <translation>Où : %1.</translation>
    </message>
    <message>
        <source>Every model with weights of type %1 would answer wrongly on this machine. Models of other types are not touched.</source>
        <translation>Tout modèle dont les poids sont du type %1 répondrait faux sur cette machine. Les modèles d’autres types ne sont pas touchés.</translation>
    </message>
    <message>
        <source>Every model uses this operation: do not trust answers before this passes.</source>
        <translation>Tout modèle emploie cette opération : ne vous fiez à aucune réponse avant qu’elle réussisse.</translation>
    </message>
    <message>
        <source>Run the operations once more: an error that comes and goes points to unstable memory or an overclocked processor.</source>
        <translation>Relancez les opérations : une erreur qui va et vient indique une mémoire instable ou un processeur surcadencé.</translation>
    </message>
    <message>
        <source>If it stays, build the pinned libraries anew (scripts/deps) without compiler flags of your own.</source>
        <translation>Si elle demeure, recompilez les bibliothèques figées (scripts/deps) sans options de compilation à vous.</translation>
    </message>
    <message>
        <source>If it still stays, save this report as JSON and send it to the developers with the name of the processor.</source>
        <translation>Si elle demeure encore, enregistrez ce rapport en JSON et envoyez-le aux développeurs avec le nom du processeur.</translation>
    </message>
    <message>
        <source>It fails under every condition, so threads, batches and the layout of weights are not the cause: the weights or the computation itself differ.</source>
        <translation>L’échec se produit sous toutes les conditions : ni les fils, ni les lots, ni la disposition des poids n’en sont la cause ; ce sont les poids ou le calcul lui-même qui diffèrent.</translation>
    </message>
    <message>
        <source>Only repacked weights differ: the fault is in how weights are laid out for the processor.</source>
        <translation>Seuls les poids réarrangés diffèrent : la faute est dans la façon de disposer les poids pour le processeur.</translation>
    </message>
    <message>
        <source>Only small batches differ: the fault is in how a prompt is split.</source>
        <translation>Seuls les petits lots diffèrent : la faute est dans la façon de découper un texte.</translation>
    </message>
    <message>
        <source>It depends on the conditions: compare which of them pass.</source>
        <translation>Cela dépend des conditions : comparez celles qui réussissent.</translation>
    </message>
    <message>
        <source>All layers agree, so the difference arises behind the last one: in the output norm or the output matrix.</source>
        <translation>Toutes les couches s’accordent, l’écart naît donc derrière la dernière : dans la norme de sortie ou la matrice de sortie.</translation>
    </message>
    <message>
        <source>Verify the fragments of the output tensors on the Fragments tab.</source>
        <translation>Vérifiez les fragments des tenseurs de sortie dans l’onglet Fragments.</translation>
    </message>
    <message>
        <source>First layer that differs</source>
        <translation>Première couche qui diffère</translation>
    </message>
    <message>
        <source>by up to %1 at token %2, channel %3</source>
        <translation>d’au plus %1 au jeton %2, canal %3</translation>
    </message>
    <message>
        <source>Already the first layer differs, %1: its weights, the embedding, or what every layer does.</source>
        <translation>Dès la première couche il y a un écart, %1 : ses poids, le plongement, ou ce que fait toute couche.</translation>
    </message>
    <message>
        <source>Up to layer %1 both engines have the same bits. Layer %2 is the first that differs, %3: the fault is in its weights or in what only it does.</source>
        <translation>Jusqu’à la couche %1 les deux moteurs ont les mêmes bits. La couche %2 est la première qui diffère, %3 : la faute est dans ses poids ou dans ce qu’elle seule fait.</translation>
    </message>
    <message>
        <source>Verify the set on the Fragments tab: a damaged fragment of layer %1 would show there, and can be repaired from the model&apos;s file.</source>
        <translation>Vérifiez le jeu dans l’onglet Fragments : un fragment abîmé de la couche %1 s’y verrait, et se répare depuis le fichier du modèle.</translation>
    </message>
    <message>
        <source>Under these conditions both engines must give the same bits, and they do: every logit of every prompt.</source>
        <translation>Sous ces conditions les deux moteurs doivent donner les mêmes bits, et ils le font : chaque logit de chaque texte.</translation>
    </message>
    <message>
        <source>One of the engines gives values that are not numbers.</source>
        <translation>L’un des moteurs donne des valeurs qui ne sont pas des nombres.</translation>
    </message>
    <message>
        <source>Under these conditions both engines must give the same bits, but they differ.</source>
        <translation>Sous ces conditions les deux moteurs doivent donner les mêmes bits, mais ils diffèrent.</translation>
    </message>
    <message>
        <source>They agree on the likeliest token in only %1 of the positions: these are hardly the same weights.</source>
        <translation>Ils ne s’accordent sur le jeton le plus probable que dans %1 des positions : ce ne sont guère les mêmes poids.</translation>
    </message>
    <message>
        <source>Answers would seldom change: the likeliest token is the same in %1 of the positions.</source>
        <translation>Les réponses changeraient rarement : le jeton le plus probable est le même dans %1 des positions.</translation>
    </message>
    <message>
        <source>If you compared with a reference file of your own, make sure that it is the same model, quantised the same way.</source>
        <translation>Si vous avez comparé avec votre propre fichier de référence, assurez-vous que c’est le même modèle, quantifié de la même façon.</translation>
    </message>
    <message>
        <source>If the fragments are fine, save this report as JSON and send it to the developers.</source>
        <translation>Si les fragments sont bons, enregistrez ce rapport en JSON et envoyez-le aux développeurs.</translation>
    </message>
    <message>
        <source>Allowed KL</source>
        <translation>KL admise</translation>
    </message>
    <message>
        <source>Here each engine runs as it does by itself, so bits may differ. The measure is llama.cpp&apos;s own spread: how far it is from itself when the number of threads or the batch changes. %1 times that is allowed.</source>
        <translation>Ici chaque moteur tourne comme il le fait de lui-même, les bits peuvent donc différer. La mesure est la dispersion propre de llama.cpp : de combien il s’écarte de lui-même quand le nombre de fils ou le lot change. On en admet %1 fois autant.</translation>
    </message>
    <message>
        <source>The difference is %1 times what is allowed.</source>
        <translation>L’écart vaut %1 fois ce qui est admis.</translation>
    </message>
    <message>
        <source>llama.cpp does not differ from itself on these prompts, so no difference is allowed.</source>
        <translation>llama.cpp ne s’écarte pas de lui-même sur ces textes, aucun écart n’est donc admis.</translation>
    </message>
    <message>
        <source>Look at the conditions above first: when one of them fails, its cause is this one&apos;s too.</source>
        <translation>Regardez d’abord les conditions ci-dessus : quand l’une échoue, sa cause est aussi celle de celle-ci.</translation>
    </message>
    <message>
        <source>If only this one fails, save this report as JSON and send it to the developers.</source>
        <translation>Si celle-ci échoue seule, enregistrez ce rapport en JSON et envoyez-le aux développeurs.</translation>
    </message>
    <message>
        <source>This condition has not been judged yet.</source>
        <translation>Cette condition n’est pas encore jugée.</translation>
    </message>
    <message>
        <source>Tokens read</source>
        <translation>Jetons lus</translation>
    </message>
    <message>
        <source>Tokens decoded</source>
        <translation>Jetons décodés</translation>
    </message>
    <message>
        <source>Every logit of this prompt and of the tokens decoded after it has the same bits in both engines.</source>
        <translation>Chaque logit de ce texte et des jetons décodés ensuite a les mêmes bits dans les deux moteurs.</translation>
    </message>
    <message>
        <source>Reading the prompt gives the same bits; the tokens decoded after it differ. The fault is in single steps or in the KV cache.</source>
        <translation>La lecture du texte donne les mêmes bits ; les jetons décodés ensuite diffèrent. La faute est dans les pas simples ou dans le cache KV.</translation>
    </message>
    <message>
        <source>The engines already differ while they read the prompt.</source>
        <translation>Les moteurs diffèrent déjà pendant la lecture du texte.</translation>
    </message>
    <message>
        <source>llama.cpp gives slightly different logits when the number of threads or the size of its batches changes. This spread is the measure for the comparison with each engine&apos;s own defaults.</source>
        <translation>llama.cpp donne des logits un peu différents quand le nombre de fils ou la taille de ses lots change. Cette dispersion est la mesure pour comparer les moteurs avec leurs propres réglages.</translation>
    </message>
    <message>
        <source>1 against 2 threads</source>
        <translation>1 face à 2 fils</translation>
    </message>
    <message>
        <source>KL %1</source>
        <translation>KL %1</translation>
    </message>
    <message>
        <source>Batches of 32 against 512</source>
        <translation>Lots de 32 face à 512</translation>
    </message>
    <message>
        <source>The operations that a transformer is made of, computed by ggml on this processor, against plain code in double precision. They need no model.</source>
        <translation>Les opérations dont un transformeur est fait, calculées par ggml sur ce processeur, face à un code simple en double précision. Elles n’ont besoin d’aucun modèle.</translation>
    </message>
    <message>
        <source>Several texts go through this engine and through llama.cpp: all logits are compared, then the output of every layer of one text.</source>
        <translation>Plusieurs textes passent par ce moteur et par llama.cpp : tous les logits sont comparés, puis la sortie de chaque couche pour un texte.</translation>
    </message>
    <message>
        <source>Choose a condition to see how far each layer is from llama.cpp&apos;s.</source>
        <translation>Choisissez une condition pour voir de combien chaque couche s’écarte de celle de llama.cpp.</translation>
    </message>
    <message>
        <source>Layer %1</source>
        <translation>Couche %1</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>Size of the values</source>
        <translation>Grandeur des valeurs</translation>
    </message>
    <message>
        <source>The output of this layer has the same bits in both engines, for every token of the text.</source>
        <translation>La sortie de cette couche a les mêmes bits dans les deux moteurs, pour chaque jeton du texte.</translation>
    </message>
    <message>
        <source>Largest at</source>
        <translation>Le plus grand à</translation>
    </message>
    <message>
        <source>token %1, channel %2</source>
        <translation>jeton %1, canal %2</translation>
    </message>
    <message>
        <source>The output of this layer differs. “Size of the values” is the root mean square of llama.cpp&apos;s output there: hold the differences against it.</source>
        <translation>La sortie de cette couche diffère. « Grandeur des valeurs » est la moyenne quadratique de la sortie de llama.cpp à cet endroit : mesurez-y les écarts.</translation>
    </message>
    <message>
        <source>Small differences are expected here: the engines run under different conditions.</source>
        <translation>De petits écarts sont attendus ici : les moteurs tournent sous des conditions différentes.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ExplanationCard</name>
    <message>
        <source>What to do</source>
        <translation>Que faire</translation>
    </message>
    <message>
        <source>Explanation</source>
        <translation>Explication</translation>
    </message>
    <message>
        <source>Nothing chosen</source>
        <translation>Rien de choisi</translation>
    </message>
    <message>
        <source>Choose a check to read what it was and what its numbers mean.</source>
        <translation>Choisissez une vérification pour lire ce qu’elle était et ce que disent ses nombres.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1 : %2</translation>
    </message>
    <message>
        <source>Show layer %1</source>
        <translation>Montrer la couche %1</translation>
    </message>
    <message>
        <source>Look inside this layer while the model reads the compared text</source>
        <translation>Regarder dans cette couche pendant que le modèle lit le texte comparé</translation>
    </message>
    <message>
        <source>Its fragments</source>
        <translation>Ses fragments</translation>
    </message>
</context>
<context>
    <name>tessera::ui::FailureModel</name>
    <message>
        <source>Time</source>
        <translation>Heure</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Statut</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>Requête</translation>
    </message>
    <message>
        <source>What was wrong</source>
        <translation>Ce qui n’allait pas</translation>
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
    <message>
        <source>Heat map of the values</source>
        <translation>Carte de chaleur des valeurs</translation>
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
    <message numerus="yes">
        <source>%n fragment(s) from %1 on, the gravest: %2</source>
        <translation>
            <numerusform>%n fragment à partir de %1, le plus grave : %2</numerusform>
            <numerusform>%n fragments à partir de %1, le plus grave : %2</numerusform>
        </translation>
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
        <source>P2P: not part of this version</source>
        <translation>P2P : absent de cette version</translation>
    </message>
    <message>
        <source>Mode: %1</source>
        <translation>Mode : %1</translation>
    </message>
    <message>
        <source>Chooses who computes</source>
        <translation>Choisit qui calcule</translation>
    </message>
    <message>
        <source>Choose who computes</source>
        <translation>Choisir qui calcule</translation>
    </message>
    <message>
        <source>Network: other machines compute, and see</source>
        <translation>Réseau&#xa0;: d’autres machines calculent, et voient</translation>
    </message>
    <message>
        <source>Network: join a machine first…</source>
        <translation>Réseau&#xa0;: rejoignez d’abord une machine…</translation>
    </message>
</context>
<context>
    <name>tessera::ui::HeadsView</name>
    <message>
        <source>Rests on the first token</source>
        <translation>Se repose sur le premier jeton</translation>
    </message>
    <message>
        <source>Looks at the token before</source>
        <translation>Regarde le jeton précédent</translation>
    </message>
    <message>
        <source>Looks at the token itself</source>
        <translation>Regarde le jeton lui-même</translation>
    </message>
    <message>
        <source>Looks at several tokens</source>
        <translation>Regarde plusieurs jetons</translation>
    </message>
    <message>
        <source>Layer %1, head %2. %3: first token %4 %, token before %5 %, itself %6 %</source>
        <translation>Couche %1, tête %2. %3&#xa0;: premier jeton %4&#xa0;%, jeton précédent %5&#xa0;%, lui-même %6&#xa0;%</translation>
    </message>
    <message>
        <source>Layer %1, head %2: “%3” at %4 looks at “%5” at %6 with %7 %</source>
        <translation>Couche %1, tête %2&#xa0;: «&#xa0;%3&#xa0;» en %4 regarde «&#xa0;%5&#xa0;» en %6 à %7&#xa0;%</translation>
    </message>
    <message>
        <source>From position</source>
        <translation>De la position</translation>
    </message>
    <message>
        <source>From token</source>
        <translation>Du jeton</translation>
    </message>
    <message>
        <source>To position</source>
        <translation>À la position</translation>
    </message>
    <message>
        <source>To token</source>
        <translation>Au jeton</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>Poids</translation>
    </message>
    <message>
        <source>Heads of the layer</source>
        <translation>Têtes de la couche</translation>
    </message>
    <message>
        <source>Attention of the head</source>
        <translation>Attention de la tête</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Jeton</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>What the token looks at</source>
        <translation>Ce que le jeton regarde</translation>
    </message>
    <message>
        <source>This token looks at</source>
        <translation>Ce jeton regarde</translation>
    </message>
    <message>
        <source>This run did not keep the attention of its heads.</source>
        <translation>Cette exécution n’a pas gardé l’attention de ses têtes.</translation>
    </message>
    <message>
        <source>attention adds</source>
        <translation>apport de l’attention</translation>
    </message>
    <message>
        <source>Thumbnails of heads</source>
        <translation>Vignettes des têtes</translation>
    </message>
    <message>
        <source>Layer %1, head %2</source>
        <translation>Couche %1, tête %2</translation>
    </message>
    <message>
        <source>Head %1 of %2. %3.</source>
        <translation>Tête %1 sur %2. %3.</translation>
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
    <name>tessera::ui::HistoryModel</name>
    <message>
        <source>Not readable</source>
        <translation>Illisible</translation>
    </message>
    <message numerus="yes">
        <source>All %n passed</source>
        <translation>
            <numerusform>%n réussie</numerusform>
            <numerusform>Toutes les %n réussies</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2 failed</source>
        <translation>%1 sur %2 échouées</translation>
    </message>
    <message>
        <source>Operations only</source>
        <translation>Opérations seules</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Verdict</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Durée</translation>
    </message>
</context>
<context>
    <name>tessera::ui::HistoryView</name>
    <message>
        <source>Earlier runs</source>
        <translation>Exécutions passées</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Montrer</translation>
    </message>
    <message>
        <source>Compare with the current</source>
        <translation>Comparer avec l’actuel</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>Montrer dans le gestionnaire de fichiers</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n report(s)?</source>
        <translation>
            <numerusform>Supprimer %n rapport ?</numerusform>
            <numerusform>Supprimer %n rapports ?</numerusform>
        </translation>
    </message>
    <message>
        <source>Every run is kept here with its report.</source>
        <translation>Chaque exécution est gardée ici avec son rapport.</translation>
    </message>
    <message>
        <source>Read the earlier reports</source>
        <translation>Lire les rapports passés</translation>
    </message>
    <message>
        <source>Delete reports</source>
        <translation>Supprimer des rapports</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
</context>
<context>
    <name>tessera::ui::InspectorFormWidget</name>
    <message>
        <source>A prompt to look inside of</source>
        <translation>Une invite à examiner</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Invite</translation>
    </message>
    <message>
        <source>As it is</source>
        <translation>Telle quelle</translation>
    </message>
    <message>
        <source>As a chat message</source>
        <translation>Comme message</translation>
    </message>
    <message>
        <source>How the prompt is put</source>
        <translation>Forme de l’invite</translation>
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
        <source>Engine</source>
        <translation>Moteur</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Exécuter</translation>
    </message>
    <message>
        <source>Run (Ctrl+Enter)</source>
        <translation>Exécuter (Ctrl+Entrée)</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
    <message>
        <source>Choose what is kept of the run</source>
        <translation>Choisissez ce qui est gardé de l’exécution</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>Avancement de l’exécution</translation>
    </message>
    <message>
        <source>&amp;Norms per layer</source>
        <translation>&amp;Normes par couche</translation>
    </message>
    <message>
        <source>&amp;Lens</source>
        <translation>&amp;Lentille</translation>
    </message>
    <message>
        <source>&amp;Attention</source>
        <translation>&amp;Attention</translation>
    </message>
    <message>
        <source>Ne&amp;urons</source>
        <translation>Ne&amp;urones</translation>
    </message>
    <message>
        <source>&amp;Experts</source>
        <translation>&amp;Experts</translation>
    </message>
    <message>
        <source>&amp;Tensors</source>
        <translation>&amp;Tenseurs</translation>
    </message>
    <message>
        <source>How long the residual is and what each part adds</source>
        <translation>La longueur du résidu et ce que chaque partie y ajoute</translation>
    </message>
    <message>
        <source>The residual row of every layer and token</source>
        <translation>La ligne résiduelle de chaque couche et de chaque jeton</translation>
    </message>
    <message>
        <source>Queries and keys, from which the weights are computed</source>
        <translation>Les requêtes et les clés, dont on calcule les poids</translation>
    </message>
    <message>
        <source>The activations inside the feed-forward networks</source>
        <translation>Les activations dans les réseaux denses</translation>
    </message>
    <message>
        <source>The experts that each token was sent to, in mixtures of experts</source>
        <translation>Les experts vers lesquels chaque jeton a été envoyé, dans les mélanges d’experts</translation>
    </message>
    <message>
        <source>Any intermediate by name, as in “ffn_out@3 Qcur@0”</source>
        <translation>Toute valeur intermédiaire par son nom, comme «&#xa0;ffn_out@3 Qcur@0&#xa0;»</translation>
    </message>
    <message>
        <source>ffn_out@3 Qcur@0</source>
        <translation>ffn_out@3 Qcur@0</translation>
    </message>
    <message>
        <source>Tensors to keep</source>
        <translation>Tenseurs à garder</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Choisir…</translation>
    </message>
    <message>
        <source>Choose the tensors to keep</source>
        <translation>Choisir les tenseurs à garder</translation>
    </message>
    <message>
        <source>These very tokens</source>
        <translation>Ces jetons mêmes</translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n jeton</numerusform>
            <numerusform>%n jetons</numerusform>
        </translation>
    </message>
    <message>
        <source>keeps %1, needs %2 more while it runs</source>
        <translation>garde %1, demande %2 de plus pendant l’exécution</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Layers on nodes show their residual stream alone: norms and the lens. The rest can be seen once their fragments are on this machine.</source>
        <translation>Des couches sur des nœuds, on ne voit que le flux résiduel&#xa0;: les normes et la lentille. Le reste se voit une fois que leurs fragments sont sur cette machine.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::InspectorPage</name>
    <message>
        <source>Choose a model</source>
        <translation>Choisir un modèle</translation>
    </message>
    <message>
        <source>Tokens of the prompt</source>
        <translation>Jetons de l’invite</translation>
    </message>
    <message>
        <source>Choose what to keep of the run: what it costs stands beside it. Then run the prompt and look inside.</source>
        <translation>Choisissez ce qu’il faut garder de l’exécution&#xa0;: son coût est indiqué à côté. Exécutez ensuite l’invite et regardez à l’intérieur.</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Vue d’ensemble</translation>
    </message>
    <message>
        <source>Lens</source>
        <translation>Lentille</translation>
    </message>
    <message>
        <source>Heads</source>
        <translation>Têtes</translation>
    </message>
    <message>
        <source>Neurons</source>
        <translation>Neurones</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>Tenseurs</translation>
    </message>
    <message>
        <source>Ablate</source>
        <translation>Ablation</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Comparer</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspecteur</translation>
    </message>
    <message>
        <source>Run the prompt and look inside</source>
        <translation>Exécuter l’invite et regarder à l’intérieur</translation>
    </message>
    <message>
        <source>Save the run as a session file…</source>
        <translation>Enregistrer l’exécution comme session…</translation>
    </message>
    <message>
        <source>Open a session file…</source>
        <translation>Ouvrir un fichier de session…</translation>
    </message>
    <message>
        <source>Fragments of the chosen layer</source>
        <translation>Fragments de la couche choisie</translation>
    </message>
    <message>
        <source>Compare the chosen layer with llama.cpp</source>
        <translation>Comparer la couche choisie à llama.cpp</translation>
    </message>
    <message>
        <source>%1 is being loaded.</source>
        <translation>%1 est en cours de chargement.</translation>
    </message>
    <message>
        <source>Load a model to look inside while it reads a prompt: norms, logit lens, attention, neurons.</source>
        <translation>Chargez un modèle pour regarder à l’intérieur pendant qu’il lit une invite&#xa0;: normes, lentille logit, attention, neurones.</translation>
    </message>
    <message>
        <source>attention %1 %</source>
        <translation>attention %1&#xa0;%</translation>
    </message>
    <message>
        <source>Layer %1 of 0–%2</source>
        <translation>Couche %1 sur 0–%2</translation>
    </message>
    <message>
        <source>Run a prompt first: there is nothing to save yet.</source>
        <translation>Exécutez d’abord une invite&#xa0;: il n’y a encore rien à enregistrer.</translation>
    </message>
    <message>
        <source>The session was made with %1 at %2, which is not there. Load this model, then open the session again.</source>
        <translation>La session a été faite avec %1, à l’emplacement %2, qui n’existe pas ici. Chargez ce modèle, puis rouvrez la session.</translation>
    </message>
    <message>
        <source>Save the run as a session file</source>
        <translation>Enregistrer l’exécution comme session</translation>
    </message>
    <message>
        <source>Session files (*.json)</source>
        <translation>Fichiers de session (*.json)</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>Enregistré sous %1</translation>
    </message>
    <message>
        <source>Open a session file</source>
        <translation>Ouvrir un fichier de session</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>Experts</translation>
    </message>
</context>
<context>
    <name>tessera::ui::InspectorSession</name>
    <message>
        <source>This architecture ends with more than a norm and a matrix: its lens would differ from the answer by %1.</source>
        <translation>Cette architecture ne se termine pas par une seule norme et une matrice&#xa0;: sa lentille s’écarterait de la réponse de %1.</translation>
    </message>
    <message>
        <source>Look inside “%1”</source>
        <translation>Examiner «&#xa0;%1&#xa0;»</translation>
    </message>
    <message>
        <source>Estimate a capture</source>
        <translation>Estimer une capture</translation>
    </message>
    <message>
        <source>List the tensors of the model</source>
        <translation>Lister les tenseurs du modèle</translation>
    </message>
    <message>
        <source>Token %1: “%2”</source>
        <translation>Jeton %1&#xa0;: «&#xa0;%2&#xa0;»</translation>
    </message>
</context>
<context>
    <name>tessera::ui::InspectorView</name>
    <message>
        <source>Keep it and run again</source>
        <translation>Garder et relancer</translation>
    </message>
    <message>
        <source>Choose tensors…</source>
        <translation>Choisir des tenseurs…</translation>
    </message>
</context>
<context>
    <name>tessera::ui::InterfaceModel</name>
    <message>
        <source>Loopback</source>
        <translation>Boucle locale</translation>
    </message>
    <message>
        <source>Ethernet</source>
        <translation>Ethernet</translation>
    </message>
    <message>
        <source>Wireless</source>
        <translation>Sans fil</translation>
    </message>
    <message>
        <source>Virtual</source>
        <translation>Virtuelle</translation>
    </message>
    <message>
        <source>Point to point</source>
        <translation>Point à point</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>Autre</translation>
    </message>
    <message>
        <source>This machine only</source>
        <translation>Cette machine seule</translation>
    </message>
    <message>
        <source>Local network</source>
        <translation>Réseau local</translation>
    </message>
    <message>
        <source>Internet</source>
        <translation>Internet</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>connectée</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>déconnectée</translation>
    </message>
    <message>
        <source>Interface</source>
        <translation>Interface</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Genre</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Can be reached from</source>
        <translation>Joignable depuis</translation>
    </message>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
</context>
<context>
    <name>tessera::ui::InvitationModel</name>
    <message>
        <source>Invitation</source>
        <translation>Invitation</translation>
    </message>
    <message>
        <source>Gives</source>
        <translation>Donne</translation>
    </message>
    <message>
        <source>Good until</source>
        <translation>Valable jusqu’à</translation>
    </message>
</context>
<context>
    <name>tessera::ui::InviteDialog</name>
    <message>
        <source>Invite a machine</source>
        <translation>Inviter une machine</translation>
    </message>
    <message>
        <source>Where others reach this machine’s node</source>
        <translation>Où les autres atteignent le nœud de cette machine</translation>
    </message>
    <message>
        <source>How long it is good</source>
        <translation>Durée de validité</translation>
    </message>
    <message>
        <source>10 minutes</source>
        <translation>10 minutes</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 heure</translation>
    </message>
    <message>
        <source>1 day</source>
        <translation>1 jour</translation>
    </message>
    <message>
        <source>1 week</source>
        <translation>1 semaine</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>It may</source>
        <translation>Elle peut</translation>
    </message>
    <message>
        <source>Good for</source>
        <translation>Valable</translation>
    </message>
    <message>
        <source>The invitation</source>
        <translation>L’invitation</translation>
    </message>
    <message>
        <source>Make the invitation</source>
        <translation>Créer l’invitation</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>The invitation is in the clipboard. Hand it over by a channel that others do not read.</source>
        <translation>L’invitation est dans le presse-papiers. Transmettez-la par une voie que d’autres ne lisent pas.</translation>
    </message>
    <message>
        <source>Whoever has the invitation can put their key on this machine’s list, once.</source>
        <translation>Qui possède l’invitation peut inscrire sa clé sur la liste de cette machine, une fois.</translation>
    </message>
    <message>
        <source>Whoever has the invitation can put their key on this machine’s list, once, while a node runs here: start one under Services.</source>
        <translation>Qui possède l’invitation peut inscrire sa clé sur la liste de cette machine, une fois, pendant qu’un nœud tourne ici&#xa0;: démarrez-en un sous Services.</translation>
    </message>
    <message>
        <source>An address is written HOST:PORT, such as 192.168.1.7:7420.</source>
        <translation>Une adresse s’écrit HÔTE:PORT, comme 192.168.1.7:7420.</translation>
    </message>
    <message>
        <source>An invitation to nothing is of no use: tick a right.</source>
        <translation>Une invitation à rien ne sert pas&#xa0;: cochez un droit.</translation>
    </message>
    <message>
        <source>Only programs on this machine reach this address.</source>
        <translation>Seuls les programmes de cette machine atteignent cette adresse.</translation>
    </message>
    <message>
        <source>Make an invitation</source>
        <translation>Créer une invitation</translation>
    </message>
    <message>
        <source>Hand this line over by a channel that others do not read. It is shown only now.</source>
        <translation>Transmettez cette ligne par une voie que d’autres ne lisent pas. Elle n’est montrée que maintenant.</translation>
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
    <name>tessera::ui::JobStage</name>
    <message>
        <source>opening</source>
        <translation>ouverture</translation>
    </message>
    <message>
        <source>reading</source>
        <translation>lecture</translation>
    </message>
    <message>
        <source>verifying</source>
        <translation>vérification</translation>
    </message>
    <message>
        <source>loading</source>
        <translation>chargement</translation>
    </message>
    <message>
        <source>hashing</source>
        <translation>calcul des empreintes</translation>
    </message>
    <message>
        <source>rebuilding</source>
        <translation>reconstruction</translation>
    </message>
    <message>
        <source>evaluating</source>
        <translation>évaluation</translation>
    </message>
    <message>
        <source>comparing</source>
        <translation>comparaison</translation>
    </message>
    <message>
        <source>unit checks</source>
        <translation>vérification des opérations</translation>
    </message>
    <message>
        <source>downloading</source>
        <translation>téléchargement</translation>
    </message>
    <message>
        <source>serving</source>
        <translation>en service</translation>
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
    <name>tessera::ui::JoinDialog</name>
    <message>
        <source>Join a node</source>
        <translation>Rejoindre un nœud</translation>
    </message>
    <message>
        <source>Invitation</source>
        <translation>Invitation</translation>
    </message>
    <message>
        <source>ID@HOST:PORT#SECRET</source>
        <translation>ID@HÔTE:PORT#SECRET</translation>
    </message>
    <message>
        <source>Name of the node here</source>
        <translation>Nom du nœud ici</translation>
    </message>
    <message>
        <source>Name of this machine there</source>
        <translation>Nom de cette machine là-bas</translation>
    </message>
    <message>
        <source>Call it</source>
        <translation>L’appeler</translation>
    </message>
    <message>
        <source>It calls us</source>
        <translation>Il nous appelle</translation>
    </message>
    <message>
        <source>Join</source>
        <translation>Rejoindre</translation>
    </message>
    <message>
        <source>Paste the line that the other machine’s owner gave you. Its secret is sent only to the machine that has the key named in it.</source>
        <translation>Collez la ligne donnée par le propriétaire de l’autre machine. Son secret n’est envoyé qu’à la machine dont elle nomme la clé.</translation>
    </message>
    <message>
        <source>Asking the machine…</source>
        <translation>Demande à la machine…</translation>
    </message>
    <message>
        <source>Joined. This machine may there: %1.</source>
        <translation>Rejoint. Cette machine peut y&#xa0;: %1.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::LayerAxis</name>
    <message>
        <source>Layer %1</source>
        <translation>Couche %1</translation>
    </message>
    <message>
        <source>Layer %1: %2 %3 of the largest</source>
        <translation>Couche %1&#xa0;: %2 %3 du plus grand</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Couches</translation>
    </message>
</context>
<context>
    <name>tessera::ui::LayerPlot</name>
    <message>
        <source>Layer %1</source>
        <translation>Couche %1</translation>
    </message>
    <message>
        <source>%1: equal bits</source>
        <translation>%1 : bits égaux</translation>
    </message>
    <message>
        <source>%1: largest difference %2, mean %3</source>
        <translation>%1 : plus grand écart %2, moyenne %3</translation>
    </message>
    <message>
        <source>Difference of each layer</source>
        <translation>Écart de chaque couche</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>moyenne</translation>
    </message>
    <message>
        <source>largest</source>
        <translation>maximum</translation>
    </message>
    <message>
        <source>equal bits</source>
        <translation>bits égaux</translation>
    </message>
    <message>
        <source>Choose a condition of the comparison to see how far each layer is from llama.cpp&apos;s.</source>
        <translation>Choisissez une condition de la comparaison pour voir de combien chaque couche s’écarte de celle de llama.cpp.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::LayerSharing</name>
    <message>
        <source>Compute layers of %1 for others</source>
        <translation>Calculer des couches de %1 pour d’autres</translation>
    </message>
</context>
<context>
    <name>tessera::ui::LayerStrip</name>
    <message>
        <source>Who computes which layers</source>
        <translation>Qui calcule quelles couches</translation>
    </message>
    <message>
        <source>Layer %1</source>
        <translation>Couche %1</translation>
    </message>
    <message>
        <source>Layer %1: %2 computes it, and is at work now</source>
        <translation>Couche %1&#xa0;: %2 la calcule, et y travaille en ce moment</translation>
    </message>
    <message>
        <source>Layer %1: %2 computes it</source>
        <translation>Couche %1&#xa0;: %2 la calcule</translation>
    </message>
    <message>
        <source>Layer %1: %2 holds it in reserve</source>
        <translation>Couche %1&#xa0;: %2 la tient en réserve</translation>
    </message>
    <message>
        <source>Layer %1: not on %2</source>
        <translation>Couche %1&#xa0;: pas sur %2</translation>
    </message>
    <message>
        <source>Layer %1: %2 multiplies part %3 of %4 of its rows, and is at work now</source>
        <translation>Couche %1&#xa0;: %2 multiplie la partie %3 sur %4 de ses lignes, et y travaille</translation>
    </message>
    <message>
        <source>Layer %1: %2 multiplies part %3 of %4 of its rows</source>
        <translation>Couche %1&#xa0;: %2 multiplie la partie %3 sur %4 de ses lignes</translation>
    </message>
</context>
<context>
    <name>tessera::ui::LayerTable</name>
    <message>
        <source>equal bits</source>
        <translation>bits égaux</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Couche</translation>
    </message>
    <message>
        <source>Largest</source>
        <translation>Maximum</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Moyenne</translation>
    </message>
    <message>
        <source>Size of values</source>
        <translation>Grandeur</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Jeton</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Canal</translation>
    </message>
</context>
<context>
    <name>tessera::ui::LensStore</name>
    <message>
        <source>Lens</source>
        <translation>Lentille</translation>
    </message>
</context>
<context>
    <name>tessera::ui::LensView</name>
    <message>
        <source>Layer %1, %2</source>
        <translation>Couche %1, %2</translation>
    </message>
    <message>
        <source>%1: not computed yet</source>
        <translation>%1&#xa0;: pas encore calculé</translation>
    </message>
    <message>
        <source>%1: “%2” with %3 %, entropy %4</source>
        <translation>%1&#xa0;: «&#xa0;%2&#xa0;» à %3&#xa0;%, entropie %4</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Couche</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Jeton</translation>
    </message>
    <message>
        <source>Would say</source>
        <translation>Dirait</translation>
    </message>
    <message>
        <source>Probability</source>
        <translation>Probabilité</translation>
    </message>
    <message>
        <source>Entropy, nats</source>
        <translation>Entropie, nats</translation>
    </message>
    <message>
        <source>Lens: layers and tokens</source>
        <translation>Lentille&#xa0;: couches et jetons</translation>
    </message>
    <message>
        <source>What it would say if it ended here</source>
        <translation>Ce qu’il dirait s’il s’arrêtait ici</translation>
    </message>
    <message>
        <source>By probability</source>
        <translation>Par probabilité</translation>
    </message>
    <message>
        <source>By certainty</source>
        <translation>Par certitude</translation>
    </message>
    <message>
        <source>Colour of the cells</source>
        <translation>Couleur des cases</translation>
    </message>
    <message>
        <source>Probability of the likeliest token, or how little the whole distribution is spread (entropy)</source>
        <translation>La probabilité du jeton le plus probable, ou la concentration de toute la distribution (entropie)</translation>
    </message>
    <message>
        <source>Likeliest tokens at this place</source>
        <translation>Jetons les plus probables à cet endroit</translation>
    </message>
    <message>
        <source>Enter or a click follows the token through the layers</source>
        <translation>Entrée ou un clic suit le jeton à travers les couches</translation>
    </message>
    <message>
        <source>Probability by layer</source>
        <translation>Probabilité par couche</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>Rang</translation>
    </message>
    <message>
        <source>This run did not keep the residual rows that a lens looks at.</source>
        <translation>Cette exécution n’a pas gardé les lignes résiduelles que la lentille examine.</translation>
    </message>
    <message>
        <source>Follow a token</source>
        <translation>Suivre un jeton</translation>
    </message>
    <message>
        <source>“%1” by layer</source>
        <translation>«&#xa0;%1&#xa0;» par couche</translation>
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
    <name>tessera::ui::LocalApi</name>
    <message>
        <source>Local API of %1</source>
        <translation>API locale de %1</translation>
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
    <name>tessera::ui::MachineFacts</name>
    <message>
        <source>Host</source>
        <translation>Hôte</translation>
    </message>
    <message>
        <source>System</source>
        <translation>Système</translation>
    </message>
    <message>
        <source>Kernel</source>
        <translation>Noyau</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Processeur</translation>
    </message>
    <message>
        <source>Cores in use</source>
        <translation>Cœurs employés</translation>
    </message>
    <message>
        <source>Computes with</source>
        <translation>Calcule avec</translation>
    </message>
    <message>
        <source>plain instructions</source>
        <translation>des instructions simples</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Mémoire</translation>
    </message>
    <message>
        <source>%1, %2 free</source>
        <translation>%1, %2 libres</translation>
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
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n jeton</numerusform>
            <numerusform>%n jetons</numerusform>
        </translation>
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
    <message numerus="yes">
        <source>The processor, %n thread(s).</source>
        <translation>
            <numerusform>Le processeur, %n fil.</numerusform>
            <numerusform>Le processeur, %n fils.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, %n thread(s).</source>
        <translation>
            <numerusform>%1, %n fil.</numerusform>
            <numerusform>%1, %n fils.</numerusform>
        </translation>
    </message>
    <message>
        <source>Its %1 instructions are used.</source>
        <translation>Ses instructions %1 sont utilisées.</translation>
    </message>
    <message>
        <source>Graphics cards are not: this version computes on processors only.</source>
        <translation>Les cartes graphiques ne le sont pas : cette version ne calcule que sur processeur.</translation>
    </message>
    <message>
        <source>Waiting for your answer</source>
        <translation>En attente de votre réponse</translation>
    </message>
    <message>
        <source>Look at the nodes</source>
        <translation>Voir les nœuds</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1&#xa0;: %2</translation>
    </message>
    <message>
        <source>this machine</source>
        <translation>cette machine</translation>
    </message>
    <message>
        <source>%1 is left out: %2</source>
        <translation>%1 est écartée&#xa0;: %2</translation>
    </message>
    <message>
        <source>Loaded in %1 over nodes. %2.</source>
        <translation>Chargé en %1 par les nœuds. %2.</translation>
    </message>
    <message>
        <source>No node can be used: this machine computes every layer itself.</source>
        <translation>Aucun nœud n’est utilisable&#xa0;: cette machine calcule elle-même toutes les couches.</translation>
    </message>
    <message>
        <source>Watch it</source>
        <translation>L’observer</translation>
    </message>
    <message>
        <source>Nodes compute with our engine.</source>
        <translation>Les nœuds calculent avec notre moteur.</translation>
    </message>
    <message>
        <source>The bits of llama.cpp</source>
        <translation>Les bits de llama.cpp</translation>
    </message>
    <message>
        <source>Faster, equal up to rounding</source>
        <translation>Plus rapide, égal à l’arrondi près</translation>
    </message>
    <message>
        <source>Loaded in %1. llama.cpp computes this model, because our own engine does not know its architecture; it cannot be shared among machines.</source>
        <translation>Chargé en %1. llama.cpp calcule ce modèle, car notre propre moteur ne connaît pas son architecture&#xa0;; il ne peut pas être réparti entre des machines.</translation>
    </message>
    <message>
        <source>&amp;Kernels</source>
        <translation>&amp;Noyaux</translation>
    </message>
    <message>
        <source>%1 is replaced: %2</source>
        <translation>%1 est remplacé&#xa0;: %2</translation>
    </message>
    <message>
        <source>Loaded in %1. Every matrix is multiplied by this machine and by %2.</source>
        <translation>Chargé en %1. Chaque matrice est multipliée par cette machine et par %2.</translation>
    </message>
    <message>
        <source>no other one now</source>
        <translation>aucune autre pour l’instant</translation>
    </message>
    <message>
        <source>Rows of matrices are multiplied by ggml’s kernels on every machine.</source>
        <translation>Les lignes de matrices sont multipliées par les noyaux de ggml sur chaque machine.</translation>
    </message>
    <message>
        <source>What multiplies matrices: ggml as in llama.cpp, or our own kernels.</source>
        <translation>Ce qui multiplie les matrices&#xa0;: ggml comme dans llama.cpp, ou nos propres noyaux.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::NetworkPage</name>
    <message>
        <source>Copy facts</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>The facts of this machine are in the clipboard.</source>
        <translation>La description de cette machine est dans le presse-papiers.</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Réseau</translation>
    </message>
    <message>
        <source>Name of this machine</source>
        <translation>Nom de cette machine</translation>
    </message>
    <message>
        <source>This machine</source>
        <translation>Cette machine</translation>
    </message>
    <message>
        <source>Limits in effect</source>
        <translation>Limites en vigueur</translation>
    </message>
    <message>
        <source>Machines</source>
        <translation>Machines</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>Montrer dans le gestionnaire de fichiers</translation>
    </message>
    <message>
        <source>Fragment sets</source>
        <translation>Jeux de fragments</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Chercher à nouveau</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Vérifier</translation>
    </message>
    <message>
        <source>Show its fragments</source>
        <translation>Montrer ses fragments</translation>
    </message>
    <message>
        <source>Interfaces</source>
        <translation>Interfaces</translation>
    </message>
    <message>
        <source>Log of stores and transfers</source>
        <translation>Journal des dépôts et des transferts</translation>
    </message>
    <message>
        <source>Stores</source>
        <translation>Dépôts</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Journal</translation>
    </message>
    <message>
        <source>Look for fragment sets again</source>
        <translation>Chercher à nouveau des jeux de fragments</translation>
    </message>
    <message>
        <source>Copy the facts of this machine</source>
        <translation>Copier la description de cette machine</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Fils</translation>
    </message>
    <message>
        <source>all cores (Model page)</source>
        <translation>tous les cœurs (page Modèle)</translation>
    </message>
    <message>
        <source>%1 (Model page)</source>
        <translation>%1 (page Modèle)</translation>
    </message>
    <message>
        <source>Open ports</source>
        <translation>Ports ouverts</translation>
    </message>
    <message>
        <source>none</source>
        <translation>aucun</translation>
    </message>
    <message>
        <source>Free disk</source>
        <translation>Disque libre</translation>
    </message>
    <message>
        <source>Look at the fragment sets</source>
        <translation>Regarder les jeux de fragments</translation>
    </message>
    <message>
        <source>Verify %1</source>
        <translation>Vérifier %1</translation>
    </message>
    <message>
        <source>- %1: %2</source>
        <translation>- %1 : %2</translation>
    </message>
    <message>
        <source>Accepts</source>
        <translation>Accepte</translation>
    </message>
    <message>
        <source>fragments of up to %1</source>
        <translation>fragments d’au plus %1</translation>
    </message>
    <message>
        <source>Peers</source>
        <translation>Pairs</translation>
    </message>
    <message>
        <source>Services</source>
        <translation>Services</translation>
    </message>
    <message>
        <source>Join a node…</source>
        <translation>Rejoindre un nœud…</translation>
    </message>
    <message>
        <source>Invite a machine…</source>
        <translation>Inviter une machine…</translation>
    </message>
    <message>
        <source>Offer layers, or the local API…</source>
        <translation>Offrir des couches, ou l’API locale…</translation>
    </message>
    <message>
        <source>%1 for layers</source>
        <translation>%1 pour les couches</translation>
    </message>
    <message>
        <source>%1 for the local API</source>
        <translation>%1 pour l’API locale</translation>
    </message>
    <message>
        <source>Network mode: other machines compute layers of the loaded model. Each of them can reconstruct what you write and the answer.</source>
        <translation>Mode Réseau&#xa0;: d’autres machines calculent des couches du modèle chargé. Chacune peut reconstituer ce que vous écrivez et la réponse.</translation>
    </message>
    <message>
        <source>Network mode: the next model is loaded over the ticked machines. You are asked before anything is sent to them.</source>
        <translation>Mode Réseau&#xa0;: le prochain modèle sera chargé par les machines cochées. On vous demande avant de leur envoyer quoi que ce soit.</translation>
    </message>
    <message>
        <source>Local mode: this window computes on this machine alone, and nothing leaves it. Choose Network at the top to let the ticked machines compute.</source>
        <translation>Mode Local&#xa0;: cette fenêtre calcule sur cette seule machine, et rien ne la quitte. Choisissez Réseau en haut pour faire calculer les machines cochées.</translation>
    </message>
    <message>
        <source>Network mode: other machines multiply rows of the loaded model’s matrices. Each of them can reconstruct what you write and the answer.</source>
        <translation>Mode réseau&#xa0;: d’autres machines multiplient des lignes des matrices du modèle chargé. Chacune d’elles peut reconstituer ce que vous écrivez et la réponse.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::NeuronsView</name>
    <message>
        <source>Neuron %1, %2: activation %3</source>
        <translation>Neurone %1, %2&#xa0;: activation %3</translation>
    </message>
    <message>
        <source>%1; promotes %2</source>
        <translation>%1&#xa0;; favorise %2</translation>
    </message>
    <message>
        <source>Neuron</source>
        <translation>Neurone</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Jeton</translation>
    </message>
    <message>
        <source>Activation</source>
        <translation>Activation</translation>
    </message>
    <message>
        <source>Strongest neurons</source>
        <translation>Neurones les plus forts</translation>
    </message>
    <message>
        <source>Promotes</source>
        <translation>Favorise</translation>
    </message>
    <message>
        <source>Strongest neurons and what they promote</source>
        <translation>Neurones les plus forts et ce qu’ils favorisent</translation>
    </message>
    <message>
        <source>This run did not keep the activations of its neurons.</source>
        <translation>Cette exécution n’a pas gardé les activations de ses neurones.</translation>
    </message>
    <message>
        <source>FFN adds</source>
        <translation>apport du FFN</translation>
    </message>
    <message>
        <source>Layer %1, strongest at %2</source>
        <translation>Couche %1, les plus forts à %2</translation>
    </message>
    <message>
        <source>What neurons promote</source>
        <translation>Ce que favorisent les neurones</translation>
    </message>
</context>
<context>
    <name>tessera::ui::NodeModel</name>
    <message>
        <source>all %1</source>
        <translation>toutes les %1</translation>
    </message>
    <message>
        <source>%1 to %2 of %3</source>
        <translation>%1 à %2 sur %3</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Couches</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Mémoire</translation>
    </message>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 · at work</source>
        <translation>%1 · au travail</translation>
    </message>
    <message>
        <source>%1 a token</source>
        <translation>%1 par jeton</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 sur %2</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 à %2</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Vitesse</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>Latence</translation>
    </message>
    <message>
        <source>Sessions</source>
        <translation>Sessions</translation>
    </message>
    <message>
        <source>Numerics class</source>
        <translation>Classe numérique</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>rows only</source>
        <translation>lignes seulement</translation>
    </message>
</context>
<context>
    <name>tessera::ui::NodeRows</name>
    <message>
        <source>refuses this machine</source>
        <translation>refuse cette machine</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>pas de réponse</translation>
    </message>
    <message>
        <source>full</source>
        <translation>plein</translation>
    </message>
    <message>
        <source>cannot be used</source>
        <translation>inutilisable</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 à %2</translation>
    </message>
    <message>
        <source>computes layers %1</source>
        <translation>calcule les couches %1</translation>
    </message>
    <message>
        <source>not used: unticked</source>
        <translation>non utilisé&#xa0;: décoché</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>prêt</translation>
    </message>
    <message>
        <source>serves another model</source>
        <translation>sert un autre modèle</translation>
    </message>
    <message>
        <source>ready, in reserve</source>
        <translation>prêt, en réserve</translation>
    </message>
    <message>
        <source>ready for this model</source>
        <translation>prêt pour ce modèle</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>écarté</translation>
    </message>
    <message>
        <source>layer %1</source>
        <translation>couche %1</translation>
    </message>
    <message>
        <source>layers %1 to %2</source>
        <translation>couches %1 à %2</translation>
    </message>
    <message>
        <source>computes embedding and output</source>
        <translation>calcule plongement et sortie</translation>
    </message>
    <message>
        <source>multiplies part %1 of %2</source>
        <translation>multiplie la partie %1 sur %2</translation>
    </message>
    <message>
        <source>multiplies parts %1 of %2</source>
        <translation>multiplie les parties %1 sur %2</translation>
    </message>
    <message>
        <source>another node does its work</source>
        <translation>un autre nœud fait son travail</translation>
    </message>
    <message>
        <source>this machine does its work</source>
        <translation>cette machine fait son travail</translation>
    </message>
</context>
<context>
    <name>tessera::ui::NodeWatch</name>
    <message>
        <source>Ask the nodes</source>
        <translation>Interroger les nœuds</translation>
    </message>
</context>
<context>
    <name>tessera::ui::NodesView</name>
    <message>
        <source>Machines</source>
        <translation>Machines</translation>
    </message>
    <message>
        <source>The chosen machine</source>
        <translation>La machine choisie</translation>
    </message>
    <message>
        <source>Join a node…</source>
        <translation>Rejoindre un nœud…</translation>
    </message>
    <message>
        <source>Invite a machine…</source>
        <translation>Inviter une machine…</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>Redemander</translation>
    </message>
    <message>
        <source>loading a model</source>
        <translation>charge un modèle</translation>
    </message>
    <message>
        <source>no model is loaded</source>
        <translation>aucun modèle chargé</translation>
    </message>
    <message>
        <source>holds and computes every layer of %1</source>
        <translation>détient et calcule toutes les couches de %1</translation>
    </message>
    <message>
        <source>No other machine yet. Join a node by an invitation from its owner, then choose Network at the top.</source>
        <translation>Aucune autre machine encore. Rejoignez un nœud par une invitation de son propriétaire, puis choisissez Réseau en haut.</translation>
    </message>
    <message numerus="yes">
        <source>%n time(s) another machine took over: %1</source>
        <translation>
            <numerusform>%n fois, une autre machine a pris le relais&#xa0;: %1</numerusform>
            <numerusform>%n fois, une autre machine a pris le relais&#xa0;: %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>Machine</translation>
    </message>
    <message>
        <source>%1, at %2</source>
        <translation>%1, à %2</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Pourquoi</translation>
    </message>
    <message>
        <source>For us</source>
        <translation>Pour nous</translation>
    </message>
    <message>
        <source>%1 rows computed since the model was loaded</source>
        <translation>%1 lignes calculées depuis le chargement du modèle</translation>
    </message>
    <message>
        <source>Numerics class</source>
        <translation>Classe numérique</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Clé</translation>
    </message>
    <message>
        <source>The loaded model goes on with the nodes it has.</source>
        <translation>Le modèle chargé continue avec les nœuds qu’il a.</translation>
    </message>
    <message>
        <source>Load it again</source>
        <translation>Le recharger</translation>
    </message>
    <message>
        <source>whole layers</source>
        <translation>des couches entières</translation>
    </message>
    <message>
        <source>rows of matrices</source>
        <translation>des lignes de matrices</translation>
    </message>
    <message>
        <source>What nodes compute</source>
        <translation>Ce que calculent les nœuds</translation>
    </message>
    <message>
        <source>Whole layers suit every network. Rows of all matrices are multiplied by all machines at once: for networks whose round trip is far below a millisecond.</source>
        <translation>Les couches entières conviennent à tout réseau. Les lignes de toutes les matrices sont multipliées par toutes les machines à la fois&#xa0;: pour les réseaux dont l’aller-retour est bien inférieur à une milliseconde.</translation>
    </message>
    <message>
        <source>Nodes compute</source>
        <translation>Les nœuds calculent</translation>
    </message>
    <message>
        <source>The loaded model’s nodes go on with whole layers.</source>
        <translation>Les nœuds du modèle chargé continuent avec des couches entières.</translation>
    </message>
    <message>
        <source>The loaded model’s nodes go on with rows of matrices.</source>
        <translation>Les nœuds du modèle chargé continuent avec des lignes de matrices.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::OverviewView</name>
    <message>
        <source>Residual norm</source>
        <translation>Norme du résidu</translation>
    </message>
    <message>
        <source>Attention adds</source>
        <translation>Apport attention</translation>
    </message>
    <message>
        <source>FFN adds</source>
        <translation>Apport FFN</translation>
    </message>
    <message>
        <source>Cosine to the end</source>
        <translation>Cosinus final</translation>
    </message>
    <message>
        <source>Layer %1, %2: %3 = %4</source>
        <translation>Couche %1, %2&#xa0;: %3 = %4</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Couche</translation>
    </message>
    <message>
        <source>Next token</source>
        <translation>Jeton suivant</translation>
    </message>
    <message>
        <source>Probability</source>
        <translation>Probabilité</translation>
    </message>
    <message>
        <source>Norms of every layer</source>
        <translation>Normes de chaque couche</translation>
    </message>
    <message>
        <source>What each layer does to the token</source>
        <translation>Ce que chaque couche fait au jeton</translation>
    </message>
    <message>
        <source>What the model says next</source>
        <translation>Ce que le modèle dit ensuite</translation>
    </message>
    <message>
        <source>This run did not keep the norms of its layers.</source>
        <translation>Cette exécution n’a pas gardé les normes de ses couches.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::PageParts</name>
    <message>
        <source>More actions</source>
        <translation>Autres actions</translation>
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
    <message>
        <source>Network</source>
        <translation>Réseau</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspecteur</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>Validation</translation>
    </message>
</context>
<context>
    <name>tessera::ui::PeerDialog</name>
    <message>
        <source>Add a key</source>
        <translation>Ajouter une clé</translation>
    </message>
    <message>
        <source>Edit a peer</source>
        <translation>Modifier un pair</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Clé</translation>
    </message>
    <message>
        <source>64 hexadecimal digits</source>
        <translation>64 chiffres hexadécimaux</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>It may</source>
        <translation>Elle peut</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Ajouter</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Enregistrer</translation>
    </message>
    <message>
        <source>Its owner finds the key on the Network page of that machine, or by “tessera id”.</source>
        <translation>Son propriétaire trouve la clé sur la page Réseau de cette machine, ou par «&#xa0;tessera id&#xa0;».</translation>
    </message>
</context>
<context>
    <name>tessera::ui::PeerModel</name>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>May do here</source>
        <translation>Peut faire ici</translation>
    </message>
    <message>
        <source>Computes for us at</source>
        <translation>Calcule pour nous à</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Clé</translation>
    </message>
</context>
<context>
    <name>tessera::ui::PeersView</name>
    <message>
        <source>This machine’s key</source>
        <translation>Clé de cette machine</translation>
    </message>
    <message>
        <source>Copy this machine’s key</source>
        <translation>Copier la clé de cette machine</translation>
    </message>
    <message>
        <source>This machine’s key is in the clipboard.</source>
        <translation>La clé de cette machine est dans le presse-papiers.</translation>
    </message>
    <message>
        <source>Peers</source>
        <translation>Pairs</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Modifier…</translation>
    </message>
    <message>
        <source>Revoke…</source>
        <translation>Révoquer…</translation>
    </message>
    <message>
        <source>Nobody is on the list: only this user’s own key may use what runs here. Invite a machine, or join one.</source>
        <translation>Personne n’est sur la liste&#xa0;: seule la clé de cet utilisateur peut utiliser ce qui tourne ici. Invitez une machine, ou rejoignez-en une.</translation>
    </message>
    <message>
        <source>Invite…</source>
        <translation>Inviter…</translation>
    </message>
    <message>
        <source>Join…</source>
        <translation>Rejoindre…</translation>
    </message>
    <message>
        <source>Add a key…</source>
        <translation>Ajouter…</translation>
    </message>
    <message>
        <source>%1 may now: %2.</source>
        <translation>%1 peut désormais&#xa0;: %2.</translation>
    </message>
    <message>
        <source>It has no right here any more; what it computes on this machine ends within a second.</source>
        <translation>Elle n’a plus aucun droit ici&#xa0;; ce qu’elle calcule sur cette machine s’arrête dans la seconde.</translation>
    </message>
    <message>
        <source>It is forgotten as a node, too: a new invitation brings it back.</source>
        <translation>Elle est oubliée comme nœud aussi&#xa0;: une nouvelle invitation la ramène.</translation>
    </message>
    <message>
        <source>Revoke a key?</source>
        <translation>Révoquer une clé&#xa0;?</translation>
    </message>
    <message>
        <source>%1 is taken off the list.</source>
        <translation>%1 est retirée de la liste.</translation>
    </message>
    <message>
        <source>Revoke</source>
        <translation>Révoquer</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Revoke a key</source>
        <translation>Révoquer une clé</translation>
    </message>
    <message>
        <source>%1 has no right here any more.</source>
        <translation>%1 n’a plus aucun droit ici.</translation>
    </message>
    <message>
        <source>Open invitations</source>
        <translation>Invitations ouvertes</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>Withdraw an invitation</source>
        <translation>Retirer une invitation</translation>
    </message>
    <message>
        <source>The invitation is good no more.</source>
        <translation>L’invitation ne vaut plus.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::PlotFrame</name>
    <message>
        <source>Show as table</source>
        <translation>En tableau</translation>
    </message>
    <message>
        <source>Export “%1”</source>
        <translation>Exporter «&#xa0;%1&#xa0;»</translation>
    </message>
    <message>
        <source>Show “%1” as a table</source>
        <translation>Afficher «&#xa0;%1&#xa0;» en tableau</translation>
    </message>
    <message>
        <source>%1, as a table</source>
        <translation>%1, en tableau</translation>
    </message>
    <message>
        <source>Comma-separated table (*.csv)</source>
        <translation>Tableau CSV (*.csv)</translation>
    </message>
    <message>
        <source>NumPy array (*.npy)</source>
        <translation>Tableau NumPy (*.npy)</translation>
    </message>
    <message>
        <source>Picture (*.png)</source>
        <translation>Image (*.png)</translation>
    </message>
    <message>
        <source>Not exported</source>
        <translation>Non exporté</translation>
    </message>
    <message>
        <source>“%1” cannot be written: choose %2.</source>
        <translation>«&#xa0;%1&#xa0;» ne peut pas être écrit&#xa0;: choisissez %2.</translation>
    </message>
    <message>
        <source> or </source>
        <translation> ou </translation>
    </message>
    <message>
        <source>Export %1</source>
        <translation>Exporter %1</translation>
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
    <name>tessera::ui::RightsBoxes</name>
    <message>
        <source>compute</source>
        <translation>calculer</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>rien</translation>
    </message>
    <message>
        <source>Compute with the layers that run here</source>
        <translation>Calculer avec les couches qui tournent ici</translation>
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
    <message>
        <source>“%1” cannot be its name: it is taken or too long.</source>
        <translation>«&#xa0;%1&#xa0;» ne peut pas être son nom&#xa0;: il est pris ou trop long.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ServiceCard</name>
    <message>
        <source>%1: model</source>
        <translation>%1&#xa0;: modèle</translation>
    </message>
    <message>
        <source>%1: who reaches it</source>
        <translation>%1&#xa0;: qui l’atteint</translation>
    </message>
    <message>
        <source>This machine only</source>
        <translation>Cette machine seule</translation>
    </message>
    <message>
        <source>Every network</source>
        <translation>Tous les réseaux</translation>
    </message>
    <message>
        <source>%1: port</source>
        <translation>%1&#xa0;: port</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>Libre</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <source>Reached by</source>
        <translation>Atteint par</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Démarrer</translation>
    </message>
    <message>
        <source>Start: %1</source>
        <translation>Démarrer&#xa0;: %1</translation>
    </message>
    <message>
        <source>Copy the address: %1</source>
        <translation>Copier l’adresse&#xa0;: %1</translation>
    </message>
    <message>
        <source>%1 is in the clipboard.</source>
        <translation>%1 est dans le presse-papiers.</translation>
    </message>
    <message>
        <source>The loaded one: %1</source>
        <translation>Celui chargé&#xa0;: %1</translation>
    </message>
    <message>
        <source>The loaded one</source>
        <translation>Celui chargé</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Arrêt…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Load a model, or choose one here.</source>
        <translation>Chargez un modèle, ou choisissez-en un ici.</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Démarrage…</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ServicesView</name>
    <message>
        <source>Services</source>
        <translation>Services</translation>
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
    <message>
        <source>Inference</source>
        <translation>Inférence</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Discussion</translation>
    </message>
    <message>
        <source>System message of new conversations:</source>
        <translation>Message système des nouvelles discussions :</translation>
    </message>
    <message>
        <source>System message of new conversations</source>
        <translation>Message système des nouvelles discussions</translation>
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
        <source>Conte&amp;xt, tokens</source>
        <translation>Conte&amp;xte, jetons</translation>
    </message>
    <message>
        <source>&amp;Keys and values</source>
        <translation>Clés et &amp;valeurs</translation>
    </message>
    <message>
        <source>&amp;Verify fragments</source>
        <translation>Vérifier les fra&amp;gments</translation>
    </message>
    <message>
        <source>These hold for the next model that is loaded.</source>
        <translation>Ceci vaut pour le prochain modèle chargé.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::SharingCard</name>
    <message>
        <source>Compute layers for others</source>
        <translation>Calculer des couches pour d’autres</translation>
    </message>
    <message>
        <source>Machines on the list of peers that may compute use the layers that run here. What they send and what comes of it is never written down.</source>
        <translation>Les machines de la liste des pairs qui ont le droit de calculer utilisent les couches qui tournent ici. Ni ce qu’elles envoient ni ce qui en sort n’est jamais noté.</translation>
    </message>
    <message>
        <source>All that are here</source>
        <translation>Toutes celles d’ici</translation>
    </message>
    <message>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <source>Which layers</source>
        <translation>Quelles couches</translation>
    </message>
    <message>
        <source>First layer</source>
        <translation>Première couche</translation>
    </message>
    <message>
        <source>Last layer</source>
        <translation>Dernière couche</translation>
    </message>
    <message>
        <source>to</source>
        <translation>à</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Couches</translation>
    </message>
    <message>
        <source>%1 of %2, %3 ms a token.</source>
        <translation>%1 de %2, %3 ms par jeton.</translation>
    </message>
    <message numerus="yes">
        <source>%n session(s) now</source>
        <translation>
            <numerusform>%n session en cours</numerusform>
            <numerusform>%n sessions en cours</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 rows computed, %2 calls refused.</source>
        <translation>%1 lignes calculées, %2 appels refusés.</translation>
    </message>
    <message>
        <source>Every machine that reaches this one can knock. Only keys on the list are let in, over encrypted connections.</source>
        <translation>Toute machine qui atteint celle-ci peut frapper à la porte. Seules entrent les clés de la liste, par des connexions chiffrées.</translation>
    </message>
    <message>
        <source>None, only rows of matrices</source>
        <translation>Aucune, seulement des lignes de matrices</translation>
    </message>
    <message>
        <source>ggml’s</source>
        <translation>ceux de ggml</translation>
    </message>
    <message>
        <source>our own</source>
        <translation>les nôtres</translation>
    </message>
    <message>
        <source>Kernels</source>
        <translation>Noyaux</translation>
    </message>
    <message>
        <source>Who multiplies a prompt’s rows. Callers must have chosen the same: other kernels give other last bits.</source>
        <translation>Qui multiplie les lignes d’une requête. Les appelants doivent avoir choisi les mêmes&#xa0;: d’autres noyaux donnent d’autres derniers bits.</translation>
    </message>
    <message>
        <source>Rows of the matrices of %1.</source>
        <translation>Lignes des matrices de %1.</translation>
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
    <message>
        <source>Grids and tokens of the inspector</source>
        <translation>Grilles et jetons de l’inspecteur</translation>
    </message>
    <message>
        <source>Go to the next layer, token or head</source>
        <translation>Aller à la couche, au jeton ou à la tête suivante</translation>
    </message>
    <message>
        <source>Ctrl+Home, Ctrl+End</source>
        <translation>Ctrl+Début, Ctrl+Fin</translation>
    </message>
    <message>
        <source>First and last cell</source>
        <translation>Première et dernière case</translation>
    </message>
    <message>
        <source>+, − and 0</source>
        <translation>+, − et 0</translation>
    </message>
    <message>
        <source>Error per layer</source>
        <translation>Erreur par couche</translation>
    </message>
    <message>
        <source>Go to the next layer</source>
        <translation>Aller à la couche suivante</translation>
    </message>
    <message>
        <source>Show the layer&apos;s fragments</source>
        <translation>Montrer les fragments de la couche</translation>
    </message>
</context>
<context>
    <name>tessera::ui::StoreModel</name>
    <message>
        <source>In place</source>
        <translation>Sur place</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Dossier</translation>
    </message>
    <message>
        <source>Model file, not cut</source>
        <translation>Fichier de modèle, non découpé</translation>
    </message>
    <message>
        <source>has no hashes to verify</source>
        <translation>n’a pas d’empreintes à vérifier</translation>
    </message>
    <message>
        <source>%1 bad</source>
        <translation>%1 abîmés</translation>
    </message>
    <message>
        <source>%1 missing</source>
        <translation>%1 manquants</translation>
    </message>
    <message>
        <source>%1 not verified</source>
        <translation>%1 non vérifiés</translation>
    </message>
    <message>
        <source>all verified</source>
        <translation>tous vérifiés</translation>
    </message>
    <message>
        <source>%1 verified</source>
        <translation>%1 vérifiés</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 sur %2</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>Jeu</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Genre</translation>
    </message>
    <message>
        <source>On this machine</source>
        <translation>Sur cette machine</translation>
    </message>
    <message>
        <source>Fragments</source>
        <translation>Fragments</translation>
    </message>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Emplacement</translation>
    </message>
    <message numerus="yes">
        <source>%n set(s), %1 on this machine</source>
        <translation>
            <numerusform>%n jeu, %1 sur cette machine</numerusform>
            <numerusform>%n jeux, %1 sur cette machine</numerusform>
        </translation>
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
    <name>tessera::ui::TensorPicker</name>
    <message>
        <source>Tensors to keep</source>
        <translation>Tenseurs à garder</translation>
    </message>
    <message>
        <source>Tensor</source>
        <translation>Tenseur</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>Opération</translation>
    </message>
    <message>
        <source>Shape per token</source>
        <translation>Forme par jeton</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Couches</translation>
    </message>
    <message>
        <source>none</source>
        <translation>aucune</translation>
    </message>
    <message>
        <source>What the model computes</source>
        <translation>Ce que le modèle calcule</translation>
    </message>
    <message>
        <source>Filter the tensors</source>
        <translation>Filtrer les tenseurs</translation>
    </message>
    <message>
        <source>All layers</source>
        <translation>Toutes les couches</translation>
    </message>
    <message>
        <source>Layer </source>
        <translation>Couche </translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Couche</translation>
    </message>
</context>
<context>
    <name>tessera::ui::TensorsView</name>
    <message>
        <source>Row %1</source>
        <translation>Ligne %1</translation>
    </message>
    <message>
        <source>%1, value %2: %3</source>
        <translation>%1, valeur %2&#xa0;: %3</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>Ligne</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Jeton</translation>
    </message>
    <message>
        <source>Values of the tensor</source>
        <translation>Valeurs du tenseur</translation>
    </message>
    <message>
        <source>Tensor</source>
        <translation>Tenseur</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>Valeurs</translation>
    </message>
    <message>
        <source>Statistics of %1</source>
        <translation>Statistiques de %1</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>Opération</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Lignes</translation>
    </message>
    <message>
        <source>Row’s shape</source>
        <translation>Forme d’une ligne</translation>
    </message>
    <message>
        <source>Smallest</source>
        <translation>Minimum</translation>
    </message>
    <message>
        <source>Largest</source>
        <translation>Maximum</translation>
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
        <source>Norm</source>
        <translation>Norme</translation>
    </message>
    <message>
        <source>Zeros</source>
        <translation>Zéros</translation>
    </message>
    <message>
        <source>Not finite</source>
        <translation>Non finies</translation>
    </message>
    <message>
        <source>This run kept no tensors. Choose some, or name them under “Keep”, as in “ffn_out@3 Qcur@0”.</source>
        <translation>Cette exécution n’a gardé aucun tenseur. Choisissez-en, ou nommez-les sous «&#xa0;Garder&#xa0;», comme «&#xa0;ffn_out@3 Qcur@0&#xa0;».</translation>
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
<context>
    <name>tessera::ui::ToolCall</name>
    <message>
        <source>Tool call:</source>
        <translation>Appel d’outil :</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ValidationPage</name>
    <message>
        <source>Hold the engine against plain mathematics and against llama.cpp, bit by bit.</source>
        <translation>Confrontez le moteur aux mathématiques simples et à llama.cpp, bit par bit.</translation>
    </message>
    <message>
        <source>Validate</source>
        <translation>Valider</translation>
    </message>
    <message>
        <source>Check the operations only</source>
        <translation>Ne vérifier que les opérations</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Vérifications</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historique</translation>
    </message>
    <message>
        <source>The report could not be kept: %1</source>
        <translation>Le rapport n’a pas pu être gardé : %1</translation>
    </message>
    <message>
        <source>Stopped. What had run by then is shown; it is not kept.</source>
        <translation>Arrêté. Ce qui avait tourné jusque-là est montré, sans être gardé.</translation>
    </message>
    <message>
        <source>How much is checked</source>
        <translation>Étendue des vérifications</translation>
    </message>
    <message>
        <source>Thorough</source>
        <translation>Approfondie</translation>
    </message>
    <message>
        <source>Quick</source>
        <translation>Rapide</translation>
    </message>
    <message>
        <source>Operations only</source>
        <translation>Opérations seules</translation>
    </message>
    <message>
        <source>All operations; five texts under five conditions, and 32 tokens decoded after each</source>
        <translation>Toutes les opérations ; cinq textes sous cinq conditions, et 32 jetons décodés après chacun</translation>
    </message>
    <message>
        <source>Needs no model</source>
        <translation>Sans modèle</translation>
    </message>
    <message>
        <source>Progress of the validation</source>
        <translation>Avancement de la validation</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>Validation</translation>
    </message>
    <message>
        <source>Error per layer</source>
        <translation>Erreur par couche</translation>
    </message>
    <message>
        <source>Show as table</source>
        <translation>Montrer en tableau</translation>
    </message>
    <message>
        <source>Difference of each layer</source>
        <translation>Écart de chaque couche</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Choisir un modèle</translation>
    </message>
    <message>
        <source>Under test: %1</source>
        <translation>À l’épreuve : %1</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>The engine&apos;s logits must have the same bits as llama.cpp&apos;s under equal conditions.</source>
        <translation>Les logits du moteur doivent avoir les mêmes bits que ceux de llama.cpp à conditions égales.</translation>
    </message>
    <message>
        <source>llama.cpp runs %1</source>
        <translation>llama.cpp exécute %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 sur %2</translation>
    </message>
    <message>
        <source>Explain</source>
        <translation>Expliquer</translation>
    </message>
    <message>
        <source>Error per layer: %1</source>
        <translation>Erreur par couche : %1</translation>
    </message>
    <message>
        <source>Compared with %1</source>
        <translation>Comparé à %1</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>Ce qui a changé</translation>
    </message>
    <message>
        <source>Nothing changed: every check gave the same.</source>
        <translation>Rien n’a changé : chaque vérification a donné la même chose.</translation>
    </message>
    <message numerus="yes">
        <source>%n check(s) gave something else.</source>
        <translation>
            <numerusform>%n vérification a donné autre chose.</numerusform>
            <numerusform>%n vérifications ont donné autre chose.</numerusform>
        </translation>
    </message>
    <message>
        <source>Stop the validation</source>
        <translation>Arrêter la validation</translation>
    </message>
    <message>
        <source>Open a report…</source>
        <translation>Ouvrir un rapport…</translation>
    </message>
    <message>
        <source>Save the report as Markdown…</source>
        <translation>Enregistrer le rapport en Markdown…</translation>
    </message>
    <message>
        <source>Save the report as JSON…</source>
        <translation>Enregistrer le rapport en JSON…</translation>
    </message>
    <message>
        <source>Copy the report as Markdown</source>
        <translation>Copier le rapport en Markdown</translation>
    </message>
    <message>
        <source>Give llama.cpp the set&apos;s own bytes</source>
        <translation>Donner à llama.cpp les octets du jeu lui-même</translation>
    </message>
    <message>
        <source>Give llama.cpp another file…</source>
        <translation>Donner à llama.cpp un autre fichier…</translation>
    </message>
    <message>
        <source>Give llama.cpp %1</source>
        <translation>Donner à llama.cpp %1</translation>
    </message>
    <message>
        <source>The model as a GGUF file</source>
        <translation>Le modèle en fichier GGUF</translation>
    </message>
    <message>
        <source>GGUF models (*.gguf)</source>
        <translation>Modèles GGUF (*.gguf)</translation>
    </message>
    <message>
        <source>%1 (loaded)</source>
        <translation>%1 (chargé)</translation>
    </message>
    <message>
        <source>Choose a model or manifest…</source>
        <translation>Choisir un modèle ou un manifeste…</translation>
    </message>
    <message>
        <source>Choose what to validate</source>
        <translation>Choisir quoi valider</translation>
    </message>
    <message>
        <source>Models and manifests (*.gguf *.json)</source>
        <translation>Modèles et manifestes (*.gguf *.json)</translation>
    </message>
    <message>
        <source>Open a report</source>
        <translation>Ouvrir un rapport</translation>
    </message>
    <message>
        <source>Reports (*.json)</source>
        <translation>Rapports (*.json)</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Enregistrer le rapport</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>Markdown (*.md)</source>
        <translation>Markdown (*.md)</translation>
    </message>
    <message>
        <source>Save %1</source>
        <translation>Enregistrer %1</translation>
    </message>
    <message>
        <source>Saved: %1</source>
        <translation>Enregistré : %1</translation>
    </message>
    <message>
        <source>The report is in the clipboard.</source>
        <translation>Le rapport est dans le presse-papiers.</translation>
    </message>
    <message>
        <source>Stop the validation first, or let it end.</source>
        <translation>Arrêtez d’abord la validation, ou laissez-la finir.</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>Ouvrir %1</translation>
    </message>
    <message>
        <source>This is no report of a validation: %1</source>
        <translation>Ce n’est pas un rapport de validation : %1</translation>
    </message>
    <message>
        <source>All operations; one short text under equal conditions, and 8 tokens decoded</source>
        <translation>Toutes les opérations&#xa0;; un texte court sous des conditions égales, et 8 jetons décodés</translation>
    </message>
    <message>
        <source>Another model is loaded. Load %1 to look inside it.</source>
        <translation>Un autre modèle est chargé. Chargez %1 pour regarder dedans.</translation>
    </message>
</context>
<context>
    <name>tessera::ui::ValidationRun</name>
    <message>
        <source>Validate the operations</source>
        <translation>Valider les opérations</translation>
    </message>
    <message>
        <source>Validate %1</source>
        <translation>Valider %1</translation>
    </message>
</context>
</TS>
