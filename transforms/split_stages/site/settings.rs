//! What a web server is told: the texts of its settings, wherever the stage has them from.

use std::borrow::Cow;

use super::super::effects::{Done, Effect};
use super::super::launch::base_name;
use super::super::reasons;
use super::super::subject::{Obstacle, Subject};
use super::servers::{Named, WebServer};
use crate::facts::{absolute, is_within};

/// What a step tells a web server.
enum Setting<'t> {
    Text(Cow<'t, str>),
    /// Paths that come into a text which is there.
    Paths(Vec<String>),
}

/// The files and folders that the settings have the server read, outside of what its packages bring.
pub(super) fn named(
    subject: &Subject<'_, '_>,
    server: &WebServer,
) -> Result<Vec<String>, Obstacle> {
    let told = |what: String| untold(server, &what);
    let mut found = Vec::new();
    for setting in settings(subject, server)? {
        match setting {
            Setting::Text(text) => (server.read)(&text, &mut found).map_err(told)?,
            Setting::Paths(paths) => {
                found.extend(paths.into_iter().map(|path| Named { path, serves: true }));
            }
        }
    }
    let folder = subject.folder.as_deref();
    for words in &subject.launch.commands {
        let words: Vec<&str> = words.iter().flatten().map(String::as_str).collect();
        let Some((program, words)) = words.split_first() else { continue };
        if !server.starts(program) {
            continue;
        }
        let own = || untold(server, "a word of its command");
        let told = (server.told)(words).ok_or_else(own)?;
        let path = |word: &String| absolute(word, folder).ok_or_else(own);
        if let Some(file) = told.settings {
            let path = path(&file)?;
            let text = subject.source_text(&path);
            match text {
                Some(text) if !is_within(&path, server.settings) => {
                    (server.read)(text, &mut found).map_err(|what| untold(server, &what))?;
                    found.push(Named { path, serves: false });
                }
                None if !is_within(&path, server.settings) => return Err(own()),
                _ => {}
            }
        }
        if let Some(root) = told.root {
            found.push(Named { path: path(&root)?, serves: true });
        }
    }
    let mut paths: Vec<String> = found
        .into_iter()
        .filter(|named| server.must_be_there(named))
        .map(|named| named.path)
        .collect();
    paths.sort();
    paths.dedup();
    Ok(paths)
}

fn untold(server: &WebServer, what: &str) -> Obstacle {
    (&reasons::STATIC_SERVER, format!("{what} tells {} what is not known", server.name))
}

/// What all steps tell the server.
fn settings<'s>(
    subject: &'s Subject<'_, '_>,
    server: &WebServer,
) -> Result<Vec<Setting<'s>>, Obstacle> {
    let mut found = Vec::new();
    let context = subject.context.into_iter();
    let context: Vec<_> = context.flat_map(|context| context.entries()).collect();
    for brought in subject.copied.iter().filter(|copied| copied.from_context) {
        for one in &brought.brings {
            let files = context.iter().filter(|(path, _)| {
                let root = one.folder && one.source.is_empty();
                root || is_within(path, &one.source)
            });
            for (path, entry) in files {
                let rest = path[one.source.len()..].trim_start_matches('/');
                let place = format!("{}/{rest}", one.place.trim_end_matches('/'));
                let place = place.trim_end_matches('/');
                let folder = entry.kind == dockslim_contract::ContextKind::Folder;
                let read = is_within(place, server.settings) && base_name(place) != "mime.types"
                    || base_name(place) == ".htaccess" && server.name == "Apache";
                if folder || !read {
                    continue;
                }
                let text = subject.context.and_then(|context| context.text(path));
                let text = text.ok_or_else(|| untold(server, &format!("`{path}`")))?;
                found.push(Setting::Text(Cow::Borrowed(text)));
            }
        }
    }
    let others = subject.copied.iter().filter(|copied| !copied.from_context);
    if others.flat_map(|copied| &copied.brings).any(|one| is_within(&one.place, server.settings)) {
        return Err(untold(server, "what another stage brings"));
    }
    for done in &subject.done {
        let Effect::Writes(paths) = &done.effect else { continue };
        if paths.iter().any(|path| is_within(path, server.settings)) {
            found.push(written(subject, server, done)?);
        }
    }
    Ok(found)
}

/// What a command writes into the settings.
fn written<'s>(
    subject: &'s Subject<'_, '_>,
    server: &WebServer,
    done: &Done<'_, '_>,
) -> Result<Setting<'s>, Obstacle> {
    let line = subject.build.dockerfile.line(done.command.span.start);
    let unknown = || untold(server, &format!("line {line}"));
    let words: Option<Vec<&str>> =
        done.command.words.iter().map(|word: &Option<Cow<'_, str>>| word.as_deref()).collect();
    let words = words.ok_or_else(unknown)?;
    match words.first().map(|word| base_name(word)) {
        Some("echo" | "printf") => {
            let text = words[1..].iter().filter(|word| !word.starts_with('-'));
            let text: Vec<&str> = text.copied().collect();
            Ok(Setting::Text(Cow::Owned(text.join(" ").replace("\\n", "\n"))))
        }
        Some("cp" | "mv" | "install" | "ln") => {
            let operands: Vec<&&str> =
                words[1..].iter().filter(|word| !word.starts_with('-')).collect();
            let [source, _] = operands.as_slice() else { return Err(unknown()) };
            let place = absolute(source, done.folder.as_deref()).ok_or_else(unknown)?;
            if words[0] == "ln" && !is_within(&place, server.settings) {
                return Err(unknown());
            }
            // What lies there already is one of the other texts, or comes with the package.
            let text = subject.source_text(&place);
            match text {
                Some(text) => Ok(Setting::Text(Cow::Borrowed(text))),
                None if is_within(&place, server.settings) => Ok(Setting::Paths(Vec::new())),
                None => Err(unknown()),
            }
        }
        Some("sed") => {
            let paths: Option<Vec<Vec<String>>> =
                words[1..].iter().map(|word| put_in(word)).collect();
            Ok(Setting::Paths(paths.ok_or_else(unknown)?.concat()))
        }
        _ => Err(unknown()),
    }
}

/// The paths in a script of sed; `None` where slashes in front of others hide them, or where it may turn on what starts programs.
fn put_in(script: &str) -> Option<Vec<String>> {
    let starts = ["cgi", "exec", "lua", "magnet", "perl", "php"];
    if script.contains("\\/") || starts.iter().any(|what| script.contains(what)) {
        return None;
    }
    let cut = |c: char| c.is_whitespace() || "#|,;:@!\"'".contains(c);
    let divided =
        ["s/", "/"].iter().any(|start| script.starts_with(start)) && script.ends_with('/');
    let paths = script.split(cut).filter(|word| word.starts_with('/') && word.len() > 1);
    Some(paths.filter(|_| !divided).map(|path| path.trim_end_matches('/').to_owned()).collect())
}
