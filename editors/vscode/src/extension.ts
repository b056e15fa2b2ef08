// Starts the language server for Dockerfiles, and again when its settings change.

import { commands, ExtensionContext, window, workspace } from "vscode";
import { LanguageClient } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

async function start(): Promise<void> {
    const settings = workspace.getConfiguration("dockslim");
    const command = settings.get<string>("path", "dockslim");
    const args = ["lsp", ...settings.get<string[]>("arguments", [])];
    client = new LanguageClient(
        "dockslim",
        "dockslim",
        { command, args },
        { documentSelector: [{ language: "dockerfile", scheme: "file" }, { language: "dockerfile", scheme: "untitled" }] },
    );
    try {
        await client.start();
    } catch (error) {
        client = undefined;
        const hint = "Is dockslim installed? The setting `dockslim.path` says where.";
        void window.showErrorMessage(`dockslim: ${command} does not start: ${String(error)}. ${hint}`);
    }
}

async function stop(): Promise<void> {
    const running = client;
    client = undefined;
    await running?.stop();
}

export async function activate(context: ExtensionContext): Promise<void> {
    const restart = async () => {
        await stop();
        await start();
    };
    context.subscriptions.push(
        commands.registerCommand("dockslim.restart", restart),
        workspace.onDidChangeConfiguration(async (event) => {
            if (event.affectsConfiguration("dockslim.path") || event.affectsConfiguration("dockslim.arguments")) {
                await restart();
            }
        }),
    );
    await start();
}

export function deactivate(): Promise<void> {
    return stop();
}
