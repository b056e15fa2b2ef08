// Drives the server by the protocol library of the VS Code client, and compares diagnostics, a fix on save and a layout behind an edit
// with the command line.
// DOCKSLIM names the program; else it is the one on PATH.

const assert = require("node:assert");
const { spawn, spawnSync } = require("node:child_process");
const { createProtocolConnection, StreamMessageReader, StreamMessageWriter } = require("vscode-languageserver-protocol/node");

const program = process.env.DOCKSLIM ?? "dockslim";
const text = "FROM debian:12\nENV A \u{1f433}\nRUN make\nRUN make install\n";
const uri = "untitled:Dockerfile";

/** The text behind edits, which all speak of the text before; columns are UTF-16, as strings are here. */
function apply(text, edits) {
    const starts = [0, ...[...text.matchAll(/\n/g)].map((end) => end.index + 1)];
    const at = ({ line, character }) => (starts[line] ?? text.length) + character;
    const sorted = [...edits].sort((one, other) => at(other.range.start) - at(one.range.start));
    return sorted.reduce((now, { range, newText }) => now.slice(0, at(range.start)) + newText + now.slice(at(range.end)), text);
}

/** What a filter of the command line prints for a text. */
function filtered(text, ...words) {
    return spawnSync(program, [...words, "-"], { input: text, encoding: "utf8" }).stdout;
}

async function main() {
    const server = spawn(program, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
    const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
    const diagnostics = new Promise((done) => connection.onNotification("textDocument/publishDiagnostics", done));
    connection.listen();
    const hello = await connection.sendRequest("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
    assert.strictEqual(hello.capabilities.positionEncoding, "utf-16");
    await connection.sendNotification("initialized", {});
    await connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "dockerfile", version: 1, text } });
    const [file] = JSON.parse(filtered(text, "fix", "--quiet", "--output-format", "json")).files;
    const told = [...file.applied, ...file.offered].map((one) => one.pass).sort();
    assert.deepStrictEqual((await diagnostics).diagnostics.map((one) => one.code).sort(), told);
    const range = { start: { line: 0, character: 0 }, end: { line: 4, character: 0 } };
    const context = { diagnostics: [], only: ["source.fixAll"] };
    const [action] = await connection.sendRequest("textDocument/codeAction", { textDocument: { uri }, range, context });
    const saved = apply(text, action.edit.documentChanges[0].edits);
    assert.strictEqual(saved, filtered(text, "fix", "--quiet"));
    assert.notStrictEqual(saved, text);
    // Behind the whale, in units of UTF-16.
    const place = { line: 1, character: 8 };
    const contentChanges = [{ range: { start: place, end: place }, text: "  B  \nrun  x" }];
    await connection.sendNotification("textDocument/didChange", { textDocument: { uri, version: 2 }, contentChanges });
    const changed = text.replace("\u{1f433}", "\u{1f433}  B  \nrun  x");
    const options = { tabSize: 4, insertSpaces: true };
    const edits = await connection.sendRequest("textDocument/formatting", { textDocument: { uri }, options });
    assert.strictEqual(apply(changed, edits), filtered(changed, "fmt", "--quiet"));
    await connection.sendRequest("shutdown");
    await connection.sendNotification("exit");
    const code = await new Promise((done) => server.on("exit", done));
    assert.strictEqual(code, 0);
    console.log("the server does what the command line does");
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
