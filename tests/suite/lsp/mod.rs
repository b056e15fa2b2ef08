//! Does the language server say and do what the command line does?

mod client;
mod clients;
mod editors;

use client::{Client, Unit};
use dockslim_contract::Safety;
use dockslim_syntax::parse;
use dockslim_transforms::PIPELINE;
use serde_json::{Value, json};

use crate::program::Folder;
use crate::sources::{dockerfiles, root};

/// Rewrites of two passes, behind characters that each unit counts in another way.
const TEXT: &str = "FROM debian:12\nENV A \u{e9}\u{1f433}\nRUN echo \u{1f433} && make\r\nRUN make install\nRUN true\n";

/// What the command line makes of a text.
fn fixed(text: &str) -> String {
    let run = Folder::with(&[]).run_with_input(&["fix", "--quiet", "-"], text);
    assert_eq!(run.code, Some(0), "{run:?}");
    run.stdout
}

fn encodings(name: &str) -> Value {
    json!({ "general": { "positionEncodings": [name, "utf-16"] } })
}

#[test]
fn the_server_counts_as_its_client_does() {
    for (unit, name) in Unit::ALL {
        let mut client = Client::start_with(&[("Dockerfile", TEXT)], unit, &encodings(name));
        assert_eq!(client.capabilities["capabilities"]["positionEncoding"], name);
        let uri = client.open("Dockerfile", TEXT);
        assert_eq!(client.fix_all(&uri, TEXT), fixed(TEXT), "{name}");
        assert_ne!(fixed(TEXT), TEXT);
        assert_eq!(client.end(true), Some(0));
    }
    let client = Client::start(&[]);
    assert_eq!(client.capabilities["capabilities"]["positionEncoding"], "utf-16", "unasked");
    assert_eq!(client.end(true), Some(0));
}

#[test]
fn changes_arrive_wherever_they_are() {
    for (unit, name) in Unit::ALL {
        let mut client = Client::start_with(&[("Dockerfile", TEXT)], unit, &encodings(name));
        let uri = client.open("Dockerfile", TEXT);
        let whale = TEXT.find('\u{1f433}').unwrap();
        let end = TEXT.len();
        let steps: [&[(usize, usize, &str)]; 5] = [
            &[(whale, whale + 4, "\u{1f40b}\u{1f40b}")],
            &[(0, 0, "# \u{1f433}\n"), (7, 7, "ARG x\r\n")],
            &[(end, end, "RUN more\n"), (2, 6, "")],
            &[(0, 3, "")],
            &[],
        ];
        let mut text = TEXT.to_owned();
        for (version, changes) in (2..).zip(steps) {
            text = client.change(&uri, version, &text, changes);
            assert_eq!(client.fix_all(&uri, &text), fixed(&text), "{name}, version {version}");
        }
        assert_eq!(client.end(true), Some(0));
    }
}

#[test]
fn saving_does_what_the_command_line_does() {
    let mut client = Client::start(&[]);
    let cases = PIPELINE.iter().flat_map(|pass| {
        let all = dockerfiles(&root().join("tests/cases").join(pass.name));
        // Passes that are always bolder are not asked.
        all.into_iter().step_by(if pass.levels.contains(&Safety::Safe) { 9 } else { 90 })
    });
    let texts: Vec<String> = cases.map(|case| std::fs::read_to_string(case).unwrap()).collect();
    assert!(texts.len() > 5);
    // All are open at once, and none is taken for another.
    let uris: Vec<String> = (0..texts.len())
        .map(|number| {
            let name = format!("{number}.Dockerfile");
            client.folder.write(&name, &texts[number]);
            client.open(&name, &texts[number])
        })
        .collect();
    for (uri, text) in uris.iter().zip(&texts) {
        assert_eq!(client.fix_all(uri, text), fixed(text), "{text}");
    }
    assert_eq!(client.end(true), Some(0));
}

#[test]
fn diagnostics_are_the_remarks_of_the_command_line() {
    let text = format!("{TEXT}# dockslim: keep merge-run\nRUM x\n");
    let mut client = Client::start(&[("Dockerfile", &text)]);
    let run = client.folder.run(&["fix", "--output-format", "json"]);
    let page: Value = serde_json::from_str(&run.stdout).unwrap();
    let file = &page["files"][0];
    let mut expected = Vec::new();
    for (list, severity) in [("diagnostics", 1), ("notes", 2), ("applied", 3), ("offered", 4)] {
        for remark in file[list].as_array().unwrap() {
            let byte = remark["bytes"][0].as_u64().unwrap() as usize;
            expected.push((Unit::Utf16.position(&text, byte), severity));
        }
    }
    let uri = client.open("Dockerfile", &text);
    let published = client.diagnostics(&uri);
    let shown: Vec<(Value, i64)> = published
        .iter()
        .map(|one| (one["range"]["start"].clone(), one["severity"].as_i64().unwrap()))
        .collect();
    assert_eq!(shown, expected);
    let merge = published.iter().find(|one| one["code"] == "merge-runs").unwrap();
    assert_eq!(merge["source"], "dockslim");
    let page = merge["codeDescription"]["href"].as_str().unwrap();
    assert!(page.ends_with("/transforms/merge_runs.rs"), "{page}");
    client.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(client.diagnostics(&uri), [] as [Value; 0], "a closed document has none");
    assert_eq!(client.end(true), Some(0));
}

/// They are worked out while more is typed.
#[test]
fn diagnostics_are_those_of_the_last_text() {
    let mut text = "FROM debian:12\nRUN make\n".to_owned();
    let mut client = Client::start(&[("Dockerfile", &text)]);
    let uri = client.open("Dockerfile", &text);
    for version in 2..=30 {
        let end = text.len();
        text = client.change(&uri, version, &text, &[(end, end, "RUN make more\n")]);
    }
    let last = client.wait(|message| message["params"]["version"] == 30);
    let shown = last["params"]["diagnostics"].as_array().unwrap();
    assert_eq!(shown[0]["message"], "30 adjacent RUNs become one layer");
    assert_eq!(client.end(true), Some(0));
}

#[test]
fn each_action_is_right_by_itself_and_a_comment_keeps_it_off() {
    let mut client = Client::start(&[("Dockerfile", TEXT)]);
    let uri = client.open("Dockerfile", TEXT);
    let at = TEXT.find("RUN echo").unwrap();
    let actions = client.actions(&uri, TEXT, (at, at), None);
    let title = |action: &Value| action["title"].as_str().unwrap().to_owned();
    let titles: Vec<String> = actions.iter().map(title).collect();
    assert_eq!(
        titles,
        ["merge-runs: 3 adjacent RUNs become one layer", "keep this from merge-runs by a comment"]
    );
    client.folder.write("new", client.taken(TEXT, &actions[0]));
    assert_eq!(client.folder.run(&["prove", "--quiet", "Dockerfile", "new"]).code, Some(0));
    let kept = client.taken(TEXT, &actions[1]);
    assert!(kept.contains("\n# dockslim: keep merge-runs\nRUN echo"), "{kept}");
    let uri = client.open("kept.Dockerfile", &kept);
    let again = kept.find("RUN echo").unwrap();
    assert_eq!(client.actions(&uri, &kept, (again, again), Some("quickfix")), [] as [Value; 0]);
    assert_eq!(client.actions(&uri, &kept, (0, 1), Some("refactor")), [] as [Value; 0]);
    assert_eq!(client.end(true), Some(0));
}

#[test]
fn saving_makes_safe_rewrites_alone() {
    let text = "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n";
    let mut client =
        Client::start(&[("Dockerfile", text), ("dockslim.toml", "level = \"review\"\n")]);
    let uri = client.open("Dockerfile", text);
    let shown = client.diagnostics(&uri);
    let bold = shown.iter().find(|one| one["code"] == "no-install-recommends").unwrap();
    assert_eq!(bold["severity"], 3, "it is configured, so it is wanted: {bold}");
    let saved = client.fix_all(&uri, text);
    assert_eq!(saved, fixed(text));
    assert!(!saved.contains("--no-install-recommends"), "{saved}");
    assert_eq!(client.end(true), Some(0));
}

#[test]
fn changed_files_are_read_again() {
    let watch =
        json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let text = "FROM python:3.12\nWORKDIR /a\nCOPY . .\nRUN pip install --no-cache-dir -r requirements.txt\n";
    let files = [("Dockerfile", text), ("main.py", "")];
    let mut client = Client::start_with(&files, Unit::Utf16, &watch);
    let registration = client.wait(|message| message["method"] == "client/registerCapability");
    client.write(&json!({ "jsonrpc": "2.0", "id": registration["id"], "result": null }));
    let uri = client.open("Dockerfile", text);
    let passes = |shown: &[Value]| -> Vec<String> {
        shown.iter().map(|one| one["code"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let shown = client.diagnostics(&uri);
    assert!(
        !passes(&shown).contains(&"order-copies".to_owned()),
        "nothing to copy first: {shown:#?}"
    );
    let changed = |client: &mut Client, path: &str, kind: u8| {
        let uri = client.uri(path);
        let changes = json!({ "changes": [{ "uri": uri, "type": kind }] });
        client.tell("workspace/didChangeWatchedFiles", changes);
    };
    client.folder.write("requirements.txt", "flask\n");
    changed(&mut client, "requirements.txt", 1);
    let shown = client.diagnostics(&uri);
    assert!(passes(&shown).contains(&"order-copies".to_owned()), "{shown:#?}");
    client.folder.write("dockslim.toml", "ignore = [\"order-copies\"]\n");
    changed(&mut client, "dockslim.toml", 1);
    let shown = client.diagnostics(&uri);
    assert!(!passes(&shown).contains(&"order-copies".to_owned()), "{shown:#?}");
    client.folder.write("dockslim.toml", "ingore = []\n");
    changed(&mut client, "dockslim.toml", 2);
    let shown = client.diagnostics(&uri);
    let message = shown[0]["message"].as_str().unwrap();
    assert!(message.contains("unknown key `ingore`; did you mean `ignore`?"), "{message}");
    assert_eq!(client.end(true), Some(0));
}

/// What `dockslim fmt -` makes of a text.
fn laid_out(text: &str) -> String {
    let run = Folder::with(&[]).run_with_input(&["fmt", "--quiet", "-"], text);
    assert_eq!(run.code, Some(0), "{run:?}");
    run.stdout
}

#[test]
fn formatting_does_what_the_command_line_does() {
    for (unit, name) in Unit::ALL {
        let mut client = Client::start_with(&[], unit, &encodings(name));
        let cases = dockerfiles(&root().join("tests/layouts"));
        for (number, case) in cases.iter().enumerate() {
            let text = std::fs::read_to_string(case).unwrap();
            let uri = client.open(&format!("{number}.Dockerfile"), &text);
            assert_eq!(client.formatted(&uri, &text, None), laid_out(&text), "{}", case.display());
        }
        assert_eq!(client.end(true), Some(0));
    }
}

/// A text that was edited many times is answered for as one that was just opened.
#[test]
fn what_was_known_of_an_earlier_text_changes_no_answer() {
    let folders = ["tests/cases/merge-runs", "tests/cases/clean-package-caches", "tests/layouts"];
    let cases = folders.iter().flat_map(|folder| dockerfiles(&root().join(folder)));
    let texts = cases.step_by(7).map(|case| std::fs::read_to_string(case).unwrap());
    // What a file leaves open at its end would swallow the next one.
    let is_whole = |text: &String| text.ends_with('\n') && parse(text).diagnostics.is_empty();
    let mut text: String = texts.filter(is_whole).collect();
    // Most passes look at the last stage.
    text += "FROM debian:12\nRUN a\nRUN b\nRUN apt-get update && apt-get install -y curl\n";
    let mut client = Client::start(&[]);
    let mut other = Client::start(&[]);
    let uri = client.open("Dockerfile", &text);
    let mut random: usize = 7;
    let mut next = |below: usize| {
        random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    let mut offered = 0;
    for version in 2..26 {
        let starts: Vec<usize> =
            [0].into_iter().chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut line = || starts[next(starts.len())];
        // Some lines go, and some that stand elsewhere come in their place.
        let (one, two, from) = (line(), line(), line());
        let (start, end) = (one.min(two), one.max(two).min(one.min(two) + 60));
        let end = (end..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap();
        let copied = text[from..].split_inclusive('\n').take(4).collect::<String>();
        text = client.change(&uri, version, &text, &[(start, end, &copied)]);
        let fresh = other.open(&format!("{version}.Dockerfile"), &text);
        let laid_out = other.formatted(&fresh, &text, None);
        assert_eq!(client.formatted(&uri, &text, None), laid_out, "{text}");
        let rewrites = |client: &mut Client, uri: &str| -> Vec<(String, String)> {
            let actions = client.actions(uri, &text, (0, text.len()), Some("quickfix"));
            // Comments are offered for what is known by now.
            let told = actions.iter().filter(|one| one["isPreferred"].is_boolean());
            let title = |one: &Value| one["title"].as_str().unwrap().to_owned();
            told.map(|one| (title(one), client.taken(&text, one))).collect()
        };
        let known = rewrites(&mut client, &uri);
        assert_eq!(known, rewrites(&mut other, &fresh), "{text}");
        assert_eq!(client.fix_all(&uri, &text), other.fix_all(&fresh, &text), "{text}");
        offered += known.len();
    }
    assert!(offered > 20, "the texts leave something to do: {offered}");
    assert_eq!((client.end(true), other.end(true)), (Some(0), Some(0)));
}

#[test]
fn a_range_is_formatted_alone() {
    let text = "from a\nrun  \u{1f433} && \\\n  b\nrun   c\n";
    for (unit, name) in Unit::ALL {
        let mut client = Client::start_with(&[("Dockerfile", text)], unit, &encodings(name));
        let uri = client.open("Dockerfile", text);
        let whale = text.find('\u{1f433}').unwrap();
        assert_eq!(
            client.formatted(&uri, text, Some((whale, whale + 4))),
            "from a\nRUN \u{1f433} \\\n    && b\nrun   c\n"
        );
        assert_eq!(client.end(true), Some(0));
    }
}

#[test]
fn formatting_heeds_what_the_project_says() {
    let text = "from a\nRUN b && \\\n c\n";
    let mut client = Client::start(&[
        (".editorconfig", "root = true\n[*]\nindent_style = tab\n"),
        ("dockslim.toml", "exclude = [\"vendor/\"]\n"),
        ("vendor/Dockerfile", text),
    ]);
    let uri = client.open("Dockerfile", text);
    assert_eq!(client.formatted(&uri, text, None), "FROM a\nRUN b \\\n\t&& c\n");
    for (path, left) in [("vendor/Dockerfile", text), ("x.Dockerfile", "from {{ a }}\nrun   b\n")] {
        let uri = client.open(path, left);
        assert_eq!(client.formatted(&uri, left, None), left, "{path}");
    }
    assert_eq!(client.end(true), Some(0));
}

#[test]
fn hovering_tells_what_an_instruction_sees() {
    let text = "FROM debian:12\nENV A=b\nWORKDIR /srv/$A\nUSER app\nRUN make\nRUN make install\n";
    let mut client = Client::start(&[("Dockerfile", text)]);
    let uri = client.open("Dockerfile", text);
    let place =
        json!({ "textDocument": { "uri": uri }, "position": { "line": 4, "character": 2 } });
    let hover = client.ask("textDocument/hover", place)["result"].clone();
    let page = hover["contents"]["value"].as_str().unwrap();
    for part in ["| user | `app` |", "| directory | `/srv/b` |", "| A | `b` |", "\n- [merge-runs]("]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(hover["range"]["end"], json!({ "line": 4, "character": 8 }));
    let place = |line: usize| json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": 0 } });
    let from = client.ask("textDocument/hover", place(0))["result"].clone();
    let page = from["contents"]["value"].as_str().unwrap();
    assert!(page.starts_with("twins: `debian:12-slim`\n"), "{page}");
    assert!(client.ask("textDocument/hover", place(99))["result"].is_null());
    assert_eq!(client.end(true), Some(0));
}

/// What is told of an instruction right behind a change is what is told once all is worked out.
#[test]
fn hovering_tells_the_same_at_once_and_later() {
    let mut text = "FROM debian:12\nARG A=x`|y\nWORKDIR /srv\nWORKDIR ./a/../b|c\n\
                    RUN apt-get update && apt-get install -y curl\nRUN <<E\necho 1\nE\nCMD a\n"
        .to_owned();
    let mut client = Client::start(&[]);
    let uri = client.open("Dockerfile", &text);
    for version in 2..12 {
        let end = text.len();
        text = client.change(&uri, version, &text, &[(end, end, "# a word\n")]);
        let place = json!({ "textDocument": { "uri": uri }, "position": { "line": version - 2, "character": 1 } });
        let early = client.ask("textDocument/hover", place.clone())["result"].clone();
        client.passes(&uri, version);
        let late = client.ask("textDocument/hover", place)["result"].clone();
        assert_eq!(early, late);
        if let 4..=7 = version - 2 {
            let page = early["contents"]["value"].as_str().unwrap();
            let parts = ["| directory | `/srv/b\\|c` |", "| A | ``x`\\|y``, by default |"];
            assert!(parts.iter().all(|part| page.contains(part)), "{page}");
            let told = page.contains("- offered: [no-install-recommends](");
            assert_eq!(told, version == 6, "{page}");
        }
    }
    assert_eq!(client.end(true), Some(0));
}

#[test]
fn what_cannot_be_answered_is_answered_all_the_same() {
    let mut client = Client::start(&[]);
    for (method, params, code) in [
        ("textDocument/no-such-thing", json!({}), -32601),
        ("textDocument/hover", json!({ "textDocument": 3 }), -32602),
    ] {
        let answer = client.ask(method, params);
        assert_eq!(answer["error"]["code"], code, "{answer}");
    }
    let unknown = json!({ "textDocument": { "uri": "file:///none" }, "position": { "line": 0, "character": 0 } });
    assert!(client.ask("textDocument/hover", unknown)["result"].is_null());
    client.tell("textDocument/didOpen", json!({ "nothing": true }));
    client.tell("no/such/notification", json!(null));
    let template = "FROM {{ image }}\nRUN a\nRUN b\n";
    let uri = client.open("Dockerfile", template);
    assert_eq!(client.fix_all(&uri, template), template, "a template is left alone");
    // A request that is taken back is answered once, with its result or with the word that it was taken back.
    let id = client.send("textDocument/hover", json!({}));
    client.tell("$/cancelRequest", json!({ "id": id }));
    let answer = client.wait(|message| message["id"] == id);
    assert!([-32800, -32602].map(Value::from).contains(&answer["error"]["code"]), "{answer}");
    assert_eq!(client.end(true), Some(0));
    assert_eq!(Client::start(&[]).end(false), Some(1), "a client that just goes");
}

#[test]
fn a_change_that_is_not_understood_stops_edits_until_the_text_is_told_anew() {
    let text = "from  a\nRUN b\n";
    let place = |line: i64| json!({ "line": line, "character": 0 });
    for range in [
        json!({ "start": place(-1), "end": place(0) }),
        json!({ "start": place(1), "end": place(0) }),
    ] {
        let mut client = Client::start(&[]);
        let uri = client.open("Dockerfile", text);
        let change = |client: &mut Client, version: i32, change: Value| {
            let document = json!({ "uri": uri, "version": version });
            let params = json!({ "textDocument": document, "contentChanges": [change] });
            client.tell("textDocument/didChange", params);
        };
        change(&mut client, 2, json!({ "range": range, "text": "x" }));
        client.wait(|message| message["method"] == "window/logMessage");
        let asked = json!({ "textDocument": { "uri": uri }, "options": { "tabSize": 4, "insertSpaces": true } });
        let answer = client.ask("textDocument/formatting", asked.clone());
        assert!(answer["result"].is_null(), "{answer}");
        change(&mut client, 3, json!({ "text": text }));
        let answer = client.ask("textDocument/formatting", asked);
        assert!(answer["result"].is_array(), "{answer}");
        assert_eq!(client.end(true), Some(0));
    }
}
