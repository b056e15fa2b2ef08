//! What nginx is told: the files and folders that its settings name.
//!
//! Source: the manual of nginx, alphabetical index of directives.

use std::borrow::Cow;

use super::super::effects::{Done, Effect};
use super::super::launch::base_name;
use super::super::reasons;
use super::super::subject::{Obstacle, Subject};
use crate::facts::{absolute, is_within};

/// The folder of its settings.
const SETTINGS: &str = "/etc/nginx";

/// What its packages bring, and what each system has for it to write to.
const OWN: &[&str] = &[
    "/dev",
    "/etc/nginx",
    "/run",
    "/tmp",
    "/usr/share/nginx",
    "/var/lib/nginx",
    "/var/log",
    "/var/run",
    "/var/www/html",
];

/// Directives whose words are addresses, patterns and texts, and no files.
const OF_ADDRESSES: &[&str] = &[
    "add_after_body",
    "add_before_body",
    "add_header",
    "allow",
    "auth_basic",
    "auth_request",
    "charset",
    "default_type",
    "deny",
    "error_page",
    "expires",
    "fastcgi_param",
    "fastcgi_pass",
    "if",
    "index",
    "listen",
    "location",
    "log_format",
    "proxy_cookie_path",
    "proxy_pass",
    "proxy_redirect",
    "proxy_set_header",
    "return",
    "rewrite",
    "server",
    "server_name",
    "set",
    "sub_filter",
    "try_files",
    "uwsgi_pass",
    "valid_referers",
];

/// Blocks whose lines are no directives.
const TABLES: &[&str] = &["charset_map", "geo", "map", "split_clients", "types"];

/// A directive with its words; `table` where it is a line of a table.
struct Directive {
    words: Vec<String>,
    table: bool,
}

/// The files and folders that the settings have nginx read, outside of what its packages bring.
pub(super) fn named(subject: &Subject<'_, '_>) -> Result<Vec<String>, Obstacle> {
    let mut found = Vec::new();
    for text in texts(subject)? {
        read(&text, &mut found)?;
    }
    for words in &subject.launch.commands {
        let words: Vec<&str> = words.iter().flatten().map(String::as_str).collect();
        let own = words.first().is_some_and(|program| base_name(program) == "nginx");
        match words.get(1..).unwrap_or_default() {
            _ if !own => {}
            [] => {}
            ["-g", text] if text.trim_end_matches(';') == "daemon off" => {}
            _ => return Err(untold("a word of its command")),
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

fn untold(what: &str) -> Obstacle {
    (&reasons::STATIC_SERVER, format!("{what} tells nginx what is not known"))
}

/// The texts of all settings.
fn texts(subject: &Subject<'_, '_>) -> Result<Vec<String>, Obstacle> {
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
                if !is_within(place, SETTINGS) || folder || base_name(place) == "mime.types" {
                    continue;
                }
                let text = subject.context.and_then(|context| context.text(path));
                found.push(text.ok_or_else(|| untold(&format!("`{path}`")))?.to_owned());
            }
        }
    }
    let others = subject.copied.iter().filter(|copied| !copied.from_context);
    if others.flat_map(|copied| &copied.brings).any(|one| is_within(&one.place, SETTINGS)) {
        return Err(untold("what another stage brings"));
    }
    for done in &subject.done {
        let Effect::Writes(paths) = &done.effect else { continue };
        if paths.iter().any(|path| is_within(path, SETTINGS)) {
            found.push(written(subject, done)?);
        }
    }
    Ok(found)
}

/// What a command writes into the settings, as a text of nginx.
fn written(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> Result<String, Obstacle> {
    let line = subject.build.dockerfile.line(done.command.span.start);
    let unknown = || untold(&format!("line {line}"));
    let words: Option<Vec<&str>> =
        done.command.words.iter().map(|word: &Option<Cow<'_, str>>| word.as_deref()).collect();
    let words = words.ok_or_else(unknown)?;
    match words.first().map(|word| base_name(word)) {
        Some("echo" | "printf") => {
            let text = words[1..].iter().filter(|word| !word.starts_with('-'));
            let text: Vec<&str> = text.copied().collect();
            Ok(text.join(" ").replace("\\n", "\n"))
        }
        Some("cp" | "mv" | "install" | "ln") => {
            let operands: Vec<&&str> =
                words[1..].iter().filter(|word| !word.starts_with('-')).collect();
            let [source, _] = operands.as_slice() else { return Err(unknown()) };
            let place = absolute(source, done.folder.as_deref()).ok_or_else(unknown)?;
            if words[0] == "ln" && !is_within(&place, SETTINGS) {
                return Err(unknown());
            }
            // What lies there already is one of the other texts, or comes with the package.
            let text = subject.source_text(&place);
            match text {
                Some(text) => Ok(text.to_owned()),
                None if is_within(&place, SETTINGS) => Ok(String::new()),
                None => Err(unknown()),
            }
        }
        Some("sed") => {
            let paths: Option<Vec<String>> = words[1..].iter().map(|word| put_in(word)).collect();
            Ok(paths.ok_or_else(unknown)?.concat())
        }
        _ => Err(unknown()),
    }
}

/// The paths in a script of sed, as if they were served; `None` where slashes in front of others hide them.
fn put_in(script: &str) -> Option<String> {
    if script.contains("\\/") {
        return None;
    }
    let cut = |c: char| c.is_whitespace() || "#|,;:@!\"'".contains(c);
    let divided =
        ["s/", "/"].iter().any(|start| script.starts_with(start)) && script.ends_with('/');
    let paths = script.split(cut).filter(|word| word.starts_with('/') && word.len() > 1);
    Some(paths.filter(|_| !divided).map(|path| format!("root {path};\n")).collect())
}

/// Adds the paths that a text names, or says what it tells besides.
fn read(text: &str, found: &mut Vec<String>) -> Result<(), Obstacle> {
    for Directive { words, table } in directives(text) {
        let Some((name, arguments)) = words.split_first() else { continue };
        if table || OF_ADDRESSES.contains(&name.as_str()) {
            continue;
        }
        let told = || untold(&format!("`{}`", words.join(" ")));
        if ["lua", "perl", "js_"].iter().any(|part| name.contains(part)) {
            return Err(told());
        }
        if name == "user" {
            let there = ["www-data", "root", "nobody", "daemon", "nogroup"];
            if !arguments.iter().all(|user| there.contains(&user.as_str())) {
                return Err(told());
            }
            continue;
        }
        let serves = matches!(name.as_str(), "root" | "alias");
        for word in arguments {
            let path = word.split('=').next_back().unwrap_or(word);
            if !path.starts_with('/') {
                // A name beside the settings, or below the package's own pages.
                if serves && (word.contains('$') || word.contains("..")) {
                    return Err(told());
                }
                continue;
            }
            let plain = path.split(['$', '*']).next().unwrap_or(path);
            let folder = match plain.len() == path.len() {
                true => plain,
                false => plain.rsplit_once('/').map_or("/", |(folder, _)| folder),
            };
            let path = absolute(folder, None).ok_or_else(told)?;
            // What else is read there says more.
            if name == "include"
                && !is_within(&path, SETTINGS)
                && !is_within(&path, "/usr/share/nginx")
            {
                return Err(told());
            }
            if !OWN.iter().any(|own| is_within(&path, own))
                || serves && path != "/var/www/html" && is_within(&path, "/var/www")
            {
                found.push(path);
            }
        }
    }
    Ok(())
}

/// The directives of a text.
fn directives(text: &str) -> Vec<Directive> {
    let mut found = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut blocks: Vec<bool> = Vec::new();
    let mut letters = text.chars().peekable();
    let mut word = String::new();
    let mut quote = None;
    while let Some(c) = letters.next() {
        match (quote, c) {
            (Some(sign), _) if c == sign => quote = None,
            (Some(_), _) => word.push(c),
            (None, '\\') => word.extend(letters.next()),
            (None, '"' | '\'') => quote = Some(c),
            (None, '#') if word.is_empty() => while letters.next_if(|c| *c != '\n').is_some() {},
            // A variable in braces is a part of its word.
            (None, '{') if word.ends_with('$') => {
                word.push(c);
                while let Some(c) = letters.next_if(|c| *c != '}') {
                    word.push(c);
                }
                word.extend(letters.next());
            }
            (None, '{' | '}' | ';') => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                let table = blocks.last().copied().unwrap_or_default();
                let opens = words.first().is_some_and(|name| TABLES.contains(&name.as_str()));
                if !words.is_empty() {
                    found.push(Directive {
                        words: std::mem::take(&mut words),
                        table: table || opens,
                    });
                }
                match c {
                    '{' => blocks.push(table || opens),
                    '}' => drop(blocks.pop()),
                    _ => {}
                }
            }
            (None, c) if c.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            (None, c) => word.push(c),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::read;

    fn paths(text: &str) -> Option<Vec<String>> {
        let mut found = Vec::new();
        read(text, &mut found).ok().map(|()| found)
    }

    #[test]
    fn folders_are_read_and_addresses_are_not() {
        let text = "server { listen 80; # root /no;\n root \"/srv/docs\"; location /a/ { alias /srv/a/; }\n\
                    location ~ \\.php$ { try_files $uri /index.html =404; } access_log /var/log/nginx/x.log; }";
        assert_eq!(paths(text), Some(vec!["/srv/docs".to_owned(), "/srv/a".to_owned()]));
        assert_eq!(paths("root /srv/sites/$host/pages;"), Some(vec!["/srv/sites".to_owned()]));
        assert_eq!(paths("map $uri $to { /a /b; default /c; }"), Some(Vec::new()));
        assert_eq!(paths("auth_basic_user_file /srv/users;"), Some(vec!["/srv/users".to_owned()]));
        assert_eq!(paths("user node;"), None);
        assert_eq!(paths("content_by_lua_file /srv/x.lua;"), None);
    }
}
