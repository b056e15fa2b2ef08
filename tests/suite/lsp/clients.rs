//! Does the server get along with clients that do what the protocol allows, or nearly, and others do not?

use serde_json::{Value, json};

use super::client::{Client, Unit};
use super::fixed;
use crate::program::Folder;

/// A rewrite that only the build context allows.
const ORDERED: &str =
    "FROM python:3.12\nWORKDIR /a\nCOPY . .\nRUN pip install --no-cache-dir -r requirements.txt\n";

/// The work for the old text may still be under way.
#[test]
fn a_text_that_is_closed_and_opened_anew_is_another_one() {
    let old = format!("FROM debian:12\n{}", "RUN a\n".repeat(200));
    let new = "# \u{e9}\u{e9}\u{e9}\nFROM a\nRUN a\nRUN b\n";
    for closed in [true, false] {
        let mut client = Client::start(&[]);
        let uri = client.open("Dockerfile", &old);
        // It is known by now.
        assert!(client.formatted(&uri, &old, None) == old);
        if closed {
            client.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
        }
        client.open_as("Dockerfile", 7, new);
        assert_eq!(client.passes(&uri, 7), ["merge-runs"]);
        assert_eq!(client.fix_all(&uri, new), fixed(new));
        assert_eq!(client.end(true), Some(0));
    }
}

#[test]
fn a_client_may_say_of_itself_what_it_likes() {
    for params in [
        json!({ "processId": -1, "trace": "compact", "rootUri": "file:///a b/[c]" }),
        json!({ "workspaceFolders": [{ "uri": "file:///c:/a b", "name": 3 }], "capabilities": 3 }),
        json!([]),
        json!({ "capabilities": {
            "general": { "positionEncodings": ["utf-7", "utf-32", 8] },
            "textDocument": "no",
        } }),
    ] {
        let said = params.to_string();
        let client = Client::greeted_with(&[], Unit::Utf16, params);
        let encoding = if said.contains("utf-32") { "utf-32" } else { "utf-16" };
        assert_eq!(client.capabilities["capabilities"]["positionEncoding"], encoding, "{said}");
        assert_eq!(client.end(true), Some(0));
    }
}

#[test]
fn what_is_said_at_the_wrong_time_or_in_the_wrong_words_ends_nothing() {
    let exit = "{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}";
    let said = format!("Content-Length: {}\r\n\r\n{exit}", exit.len());
    let run = Folder::with(&[]).run_with_input(&["lsp"], said);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(1), "", ""));
    let mut client = Client::start(&[]);
    let again = client.ask("initialize", json!({ "capabilities": {} }));
    assert_eq!(again["error"]["code"], -32600, "{again}");
    client.write(&json!({ "jsonrpc": "2.0", "id": 99, "result": null }));
    for (text, code) in [("{\"method\":", -32700), ("[]", -32600)] {
        client.write_text(text);
        let answer = client.wait(|message| message["error"]["code"] == code);
        assert!(answer["id"].is_null(), "{answer}");
    }
    assert_eq!(client.end(true), Some(0));
}

/// Not every client encodes what RFC 3986 does not allow.
#[test]
fn a_document_whose_name_is_not_understood_is_told() {
    let mut client = Client::start(&[]);
    let uri = "file:///tmp/[a b]/Dockerfile";
    let document =
        json!({ "uri": uri, "languageId": "dockerfile", "version": 1, "text": "FROM a" });
    client.tell("textDocument/didOpen", json!({ "textDocument": document }));
    let told = client.wait(|message| message["method"] == "window/logMessage");
    assert!(told["params"]["message"].as_str().unwrap().starts_with(uri), "{told}");
    assert_eq!(client.end(true), Some(0));
}

#[test]
fn files_with_such_names_may_change_too() {
    let watch =
        json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let files = [("[a]/Dockerfile", ORDERED), ("[a]/main.py", "")];
    let mut client = Client::start_with(&files, Unit::Utf16, &watch);
    let name = client.uri("[a]/Dockerfile").replace('[', "%5B").replace(']', "%5D");
    let document =
        json!({ "uri": name, "languageId": "dockerfile", "version": 1, "text": ORDERED });
    client.tell("textDocument/didOpen", json!({ "textDocument": document }));
    assert!(!client.passes(&name, 1).contains(&"order-copies".to_owned()));
    client.folder.write("[a]/requirements.txt", "flask\n");
    let changes = json!([{ "uri": 3 }, { "uri": client.uri("[a]/requirements.txt"), "type": 1 }]);
    client.tell("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    assert!(client.passes(&name, 1).contains(&"order-copies".to_owned()));
    assert_eq!(client.end(true), Some(0));
}

#[test]
fn without_a_word_of_changed_files_they_are_read_again_on_open_on_save_and_for_actions() {
    let files = [("Dockerfile", ORDERED), ("main.py", ""), ("requirements.txt", "flask\n")];
    let mut client = Client::start(&files);
    let sync = &client.capabilities["capabilities"]["textDocumentSync"];
    assert_eq!(sync["save"], true, "{sync}");
    let uri = client.open("Dockerfile", ORDERED);
    let document = json!({ "textDocument": { "uri": uri } });
    let orders = |passes: &[String]| passes.contains(&"order-copies".to_owned());
    assert!(orders(&client.passes(&uri, 1)));
    std::fs::remove_file(client.folder.path("requirements.txt")).unwrap();
    assert_eq!(client.fix_all(&uri, ORDERED), ORDERED, "nothing is copied that is gone");
    assert!(!orders(&client.passes(&uri, 1)));
    let offered = |client: &mut Client| {
        let end = json!({ "line": 3, "character": 0 });
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": end });
        let context = json!({ "diagnostics": [], "triggerKind": 1 });
        let document = json!({ "uri": uri });
        let params = json!({ "textDocument": document, "range": range, "context": context });
        let actions = client.ask("textDocument/codeAction", params);
        let offered = actions["result"].to_string().contains("order-copies: ");
        assert_eq!(orders(&client.passes(&uri, 1)), offered);
        offered
    };
    assert!(!offered(&mut client));
    client.folder.write("requirements.txt", "flask\n");
    assert!(offered(&mut client), "somebody asks");
    client.folder.write("main.py", "import setuptools\n");
    client.tell("textDocument/didSave", document.clone());
    assert!(orders(&client.passes(&uri, 1)));
    client.folder.write("dockslim.toml", "ignore = [\"order-copies\"]\n");
    client.tell("textDocument/didSave", document.clone());
    assert!(!orders(&client.passes(&uri, 1)));
    client.folder.write("dockslim.toml", "");
    client.tell("textDocument/didClose", document);
    client.open_as("Dockerfile", 2, ORDERED);
    assert!(orders(&client.passes(&uri, 2)));
    assert_eq!(client.end(true), Some(0));
}

/// By the protocol a line ends there; many editors show it as a character.
#[test]
fn no_place_is_told_where_a_carriage_return_stands_alone() {
    let text = "FROM a\n# b\rc\nrun  d\nRUN e\n";
    let mut client = Client::start(&[]);
    let uri = client.open("Dockerfile", text);
    let shown = client.diagnostics(&uri);
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert!(shown[0]["message"].as_str().unwrap().starts_with("a carriage return stands alone"));
    assert_eq!(client.formatted(&uri, text, None), text);
    let place = json!({ "line": 4, "character": 0 });
    let range = json!({ "start": place, "end": place });
    let context = json!({ "diagnostics": [], "only": ["source"] });
    let document = json!({ "uri": uri });
    let params = json!({ "textDocument": document, "range": range, "context": context });
    let answer = client.ask("textDocument/codeAction", params);
    assert_eq!(answer["result"], Value::Null, "{answer}");
    let document = json!({ "uri": uri, "version": 2 });
    let change = json!({ "range": range, "text": "RUN f\n" });
    let params = json!({ "textDocument": document, "contentChanges": [change] });
    client.tell("textDocument/didChange", params);
    client.wait(|message| message["method"] == "window/logMessage");
    let (document, change) = (json!({ "uri": uri, "version": 3 }), json!({ "text": "FROM  a\n" }));
    let params = json!({ "textDocument": document, "contentChanges": [change] });
    client.tell("textDocument/didChange", params);
    assert_eq!(client.formatted(&uri, "FROM  a\n", None), "FROM a\n");
    assert_eq!(client.end(true), Some(0));
}
