//! What lighttpd is told: the files and folders that its settings name.
//!
//! Sources: the pages "Configuration File Syntax" and "Configuration Options" of lighttpd; `lighttpd -h`.

use super::servers::{Named, Told, USERS};
use crate::facts::{absolute, is_within};

/// How the names of options begin whose texts are addresses, patterns and words, and no files.
const OF_ADDRESSES: &[&str] = &[
    "accesslog.format",
    "auth.require",
    "deflate.allowed-encodings",
    "deflate.mimetypes",
    "dir-listing.",
    "etag.",
    "expire.",
    "extforward.",
    "index-file.",
    "mimetype.",
    "proxy.",
    "server.bind",
    "server.error-handler",
    "server.feature-flags",
    "server.http-parseopts",
    "server.name",
    "server.tag",
    "setenv.add-response-header",
    "setenv.set-response-header",
    "static-file.",
    "status.",
    "url.",
];

/// Modules that serve files and start no program.
const MODULES: &[&str] = &[
    "mod_access",
    "mod_accesslog",
    "mod_alias",
    "mod_auth",
    "mod_authn_file",
    "mod_compress",
    "mod_deflate",
    "mod_dirlisting",
    "mod_evhost",
    "mod_expire",
    "mod_extforward",
    "mod_h2",
    "mod_indexfile",
    "mod_openssl",
    "mod_proxy",
    "mod_redirect",
    "mod_rewrite",
    "mod_setenv",
    "mod_simple_vhost",
    "mod_staticfile",
    "mod_status",
];

/// A part of a text of settings.
#[derive(Debug, PartialEq, Eq)]
enum Token {
    Text(String),
    /// A name, a number or a sign.
    Word(String),
}

/// `lighttpd -D -f FILE`.
pub(super) fn told(words: &[&str]) -> Option<Told> {
    let mut told = Told::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "-D" => {}
            "-f" | "-Df" => told.settings = Some((*words.next()?).to_owned()),
            _ => return None,
        }
    }
    told.settings.is_some().then_some(told)
}

/// Adds the paths that a text names, or says what it tells besides.
pub(super) fn read(text: &str, found: &mut Vec<Named>) -> Result<(), String> {
    let tokens = tokens(text);
    let is =
        |at: usize, sign: &str| matches!(tokens.get(at), Some(Token::Word(word)) if word == sign);
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        let Token::Word(name) = token else { continue };
        match name.as_str() {
            "include" => included(tokens.get(at))?,
            // Those of the package tell types of files, and addresses of IPv6.
            "include_shell" => match tokens.get(at) {
                Some(Token::Text(command)) if command.starts_with("/usr/share/lighttpd/") => {}
                _ => return Err("`include_shell`".to_owned()),
            },
            _ if ["=", "+=", ":="].iter().any(|sign| is(at, sign)) => {
                let start = at + 1;
                at = end_of_value(&tokens, start);
                value(name, &tokens[start..at], found)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// What another file says that is read there: it is one of the settings, too, or the package's own.
fn included(token: Option<&Token>) -> Result<(), String> {
    let Some(Token::Text(path)) = token else { return Err("`include`".to_owned()) };
    let own = ["/etc/lighttpd", "/usr/share/lighttpd"];
    let beside = !path.starts_with('/') && !path.contains("..");
    if beside || own.iter().any(|own| is_within(path, own)) {
        return Ok(());
    }
    Err(format!("`include {path}`"))
}

/// Where the value ends that begins at `start`: a list in brackets, or one word; several that `+` joins.
fn end_of_value(tokens: &[Token], start: usize) -> usize {
    let mut at = start;
    let mut depth = 0_usize;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            Token::Word(word) if word == "(" => depth += 1,
            Token::Word(word) if word == ")" => depth = depth.saturating_sub(1),
            Token::Word(word) if word == "+" => continue,
            _ => {}
        }
        let joined = matches!(tokens.get(at), Some(Token::Word(word)) if word == "+");
        if depth == 0 && !joined {
            break;
        }
    }
    at
}

/// Adds the paths in the value of an option.
fn value(name: &str, tokens: &[Token], found: &mut Vec<Named>) -> Result<(), String> {
    let told = || Err(format!("`{name}`"));
    let texts = || {
        tokens.iter().filter_map(|token| match token {
            Token::Text(text) => Some(text.as_str()),
            Token::Word(_) => None,
        })
    };
    match name {
        "server.modules" if texts().all(|module| MODULES.contains(&module)) => return Ok(()),
        "server.username" | "server.groupname" if texts().all(|user| USERS.contains(&user)) => {
            return Ok(());
        }
        "server.modules" | "server.username" | "server.groupname" => return told(),
        _ if OF_ADDRESSES.iter().any(|start| name.starts_with(start))
            && name != "server.chroot" =>
        {
            return Ok(());
        }
        _ => {}
    }
    let starts =
        ["cgi.", "fastcgi.", "magnet.", "scgi.", "server.chroot", "ssi.", "var.", "webdav."];
    let open = |token: &Token| match token {
        Token::Word(word) => word == "+" || word.starts_with("var.") || word.starts_with("env."),
        Token::Text(text) => text.starts_with('|') || text.contains("${"),
    };
    if starts.iter().any(|start| name.starts_with(start)) || tokens.iter().any(open) {
        return told();
    }
    let serves = matches!(name, "server.document-root" | "alias.url")
        || ["evhost.", "simple-vhost."].iter().any(|start| name.starts_with(start));
    for (at, token) in tokens.iter().enumerate() {
        let Token::Text(text) = token else { continue };
        // An address, in front of its folder.
        let key = matches!(tokens.get(at + 1), Some(Token::Word(word)) if word == "=>");
        if name == "alias.url" && key {
            continue;
        }
        if !text.starts_with('/') {
            if serves {
                return told();
            }
            continue;
        }
        let plain = text.split(['%', '*']).next().unwrap_or(text);
        let part = plain.len() < text.len() || name.ends_with("-prefix");
        let folder =
            if part { plain.rsplit_once('/').map_or("/", |(folder, _)| folder) } else { plain };
        let Some(path) = absolute(folder, None) else { return told() };
        found.push(Named { path, serves });
    }
    Ok(())
}

/// The texts, names and signs of settings.
fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '#' => while letters.next_if(|c| *c != '\n').is_some() {},
            '"' => {
                let mut inside = String::new();
                while let Some(c) = letters.next_if(|c| *c != '"') {
                    inside.push(c);
                    if c == '\\' {
                        inside.extend(letters.next());
                    }
                }
                letters.next();
                found.push(Token::Text(inside));
            }
            '(' | ')' | '{' | '}' | '[' | ']' | ',' => found.push(Token::Word(c.to_string())),
            _ if is_sign(c) => {
                let mut word = c.to_string();
                word.extend(std::iter::from_fn(|| letters.next_if(|c| is_sign(*c))));
                found.push(Token::Word(word));
            }
            _ if c.is_whitespace() => {}
            _ => {
                let mut word = c.to_string();
                let inside = |c: &char| c.is_ascii_alphanumeric() || "-_.$".contains(*c);
                word.extend(std::iter::from_fn(|| letters.next_if(inside)));
                found.push(Token::Word(word));
            }
        }
    }
    found
}

fn is_sign(c: char) -> bool {
    "=+!~:>".contains(c)
}

#[cfg(test)]
mod tests {
    use super::read;

    fn paths(text: &str) -> Result<Vec<String>, String> {
        let mut found = Vec::new();
        read(text, &mut found)?;
        Ok(found.into_iter().map(|named| named.path).collect())
    }

    #[test]
    fn folders_are_read_and_addresses_are_not() {
        let text = "server.port = 80 # server.document-root = \"/no\"\n\
                    server.modules += ( \"mod_alias\" )\nserver.document-root = \"/srv/docs\"\n\
                    $HTTP[\"url\"] =~ \"^/a/\" { alias.url = ( \"/a/\" => \"/srv/a/\" ) }\n\
                    server.error-handler-404 = \"/404.html\"\nserver.errorfile-prefix = \"/srv/e/status-\"";
        let expected = ["/srv/docs", "/srv/a", "/srv/e"].map(str::to_owned).to_vec();
        assert_eq!(paths(text), Ok(expected));
    }

    #[test]
    fn what_is_not_known_has_a_name() {
        let told = |text: &str| paths(text).err();
        assert_eq!(told("server.modules = (\"mod_cgi\")").as_deref(), Some("`server.modules`"));
        assert_eq!(
            told("accesslog.filename = \"|/usr/bin/x\"").as_deref(),
            Some("`accesslog.filename`")
        );
        assert_eq!(
            told("server.document-root = var.base + \"/x\"").as_deref(),
            Some("`server.document-root`")
        );
        assert_eq!(told("include \"/srv/more.conf\"").as_deref(), Some("`include /srv/more.conf`"));
    }
}
