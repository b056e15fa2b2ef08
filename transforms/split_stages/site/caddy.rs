//! What Caddy is told: the files and folders that its Caddyfile names.
//!
//! Sources: the pages "Caddyfile Concepts", "Caddyfile Directives" and "Command Line" of Caddy.

use super::servers::{Named, Told};
use crate::facts::absolute;

/// Directives and matchers whose words are addresses, patterns and texts, and no files.
const OF_ADDRESSES: &[&str] = &[
    "basic_auth",
    "basicauth",
    "encode",
    "error",
    "file",
    "file_server",
    "forward_auth",
    "handle",
    "handle_errors",
    "handle_path",
    "header",
    "hide",
    "index",
    "log_skip",
    "method",
    "metrics",
    "not",
    "path",
    "path_regexp",
    "redir",
    "request_header",
    "respond",
    "reverse_proxy",
    "rewrite",
    "route",
    "skip_log",
    "try_files",
    "uri",
];

/// `caddy run --config FILE` and `caddy file-server --root FOLDER`.
pub(super) fn told(words: &[&str]) -> Option<Told> {
    let (verb, words) = words.split_first()?;
    let mut told = Told::default();
    let mut words = words.iter().flat_map(|word| {
        let option = word.starts_with("--");
        let (name, value) = word.split_once('=').filter(|_| option).unwrap_or((word, ""));
        [name, value].into_iter().filter(|word| !word.is_empty())
    });
    while let Some(word) = words.next() {
        match (*verb, word) {
            ("run", "--config" | "-c") => told.settings = Some(words.next()?.to_owned()),
            ("run", "--adapter" | "-a") if words.next()? == "caddyfile" => {}
            ("file-server", "--root" | "-r") => told.root = Some(words.next()?.to_owned()),
            ("file-server", "--listen" | "-l" | "--domain" | "-d") => drop(words.next()?),
            ("file-server", "--access-log" | "--browse" | "-b") => {}
            _ => return None,
        }
    }
    (told.settings.is_some() || told.root.is_some()).then_some(told)
}

/// Adds the paths that a text names, or says what it tells besides.
pub(super) fn read(text: &str, found: &mut Vec<Named>) -> Result<(), String> {
    let (mut serves_files, mut has_root) = (false, false);
    for line in text.lines() {
        let words: Vec<&str> =
            line.split_whitespace().take_while(|word| !word.starts_with('#')).collect();
        let Some((name, arguments)) = words.split_first() else { continue };
        let told = || Err(format!("`{}`", words.join(" ")));
        serves_files |= *name == "file_server";
        let root = *name == "root";
        has_root |= root;
        let plain: Vec<&str> = arguments.iter().map(|word| word.trim_matches(['"', '`'])).collect();
        match *name {
            "import" | "vars" => return told(),
            "root" => match plain.as_slice() {
                [path] | [_, path] if path.starts_with('/') => {}
                _ => return told(),
            },
            _ if OF_ADDRESSES.contains(name) || name.starts_with('@') => continue,
            _ => {}
        }
        let paths = if root { &plain[plain.len() - 1..] } else { plain.as_slice() };
        for word in paths.iter().filter(|word| word.starts_with('/')) {
            let before = word.split(['{', '*']).next().unwrap_or(word);
            let folder = match before.len() == word.len() {
                true => before,
                false => before.rsplit_once('/').map_or("/", |(folder, _)| folder),
            };
            let Some(path) = absolute(folder, None) else { return told() };
            found.push(Named { path, serves: root });
        }
        if words.iter().any(|word| word.contains("{$") || word.contains("{env.")) {
            return told();
        }
    }
    if serves_files && !has_root {
        return Err("`file_server` without a folder".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{read, told};

    fn paths(text: &str) -> Result<Vec<String>, String> {
        let mut found = Vec::new();
        read(text, &mut found)?;
        Ok(found.into_iter().map(|named| named.path).collect())
    }

    #[test]
    fn folders_are_read_and_addresses_are_not() {
        let text = ":80 {\n  root * /srv/docs # here\n  handle_path /a/* {\n    root * \"/srv/a\"\n  }\n  file_server\n\
                    try_files {path} /index.html\n  log {\n output file /var/log/x.log\n }\n}\n";
        let expected = ["/srv/docs", "/srv/a", "/var/log/x.log"].map(str::to_owned).to_vec();
        assert_eq!(paths(text), Ok(expected));
    }

    #[test]
    fn what_is_not_known_has_a_name() {
        let told = |text: &str| paths(text).err();
        assert_eq!(told("import /srv/*.caddy").as_deref(), Some("`import /srv/*.caddy`"));
        assert_eq!(told("root * {$SITE}").as_deref(), Some("`root * {$SITE}`"));
        assert_eq!(told(":80\nfile_server").as_deref(), Some("`file_server` without a folder"));
    }

    #[test]
    fn commands_name_a_file_or_a_folder() {
        let known = told(&["run", "--config=/etc/caddy/Caddyfile", "--adapter", "caddyfile"]);
        assert_eq!(known.and_then(|it| it.settings).as_deref(), Some("/etc/caddy/Caddyfile"));
        let known = told(&["file-server", "--root", "/srv", "--listen", ":80"]);
        assert_eq!(known.and_then(|it| it.root).as_deref(), Some("/srv"));
        assert!(told(&["run"]).is_none() && told(&["run", "--watch"]).is_none());
    }
}
