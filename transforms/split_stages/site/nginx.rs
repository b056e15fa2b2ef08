//! What nginx is told: the files and folders that its settings name.
//!
//! Source: the manual of nginx, alphabetical index of directives.

use super::servers::{Named, Told, USERS};
use crate::facts::{absolute, is_within};

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

/// `nginx -g "daemon off;"` tells where it runs, and nothing else.
pub(super) fn told(words: &[&str]) -> Option<Told> {
    match words {
        [] => Some(Told::default()),
        ["-g", text] if text.trim_end_matches(';') == "daemon off" => Some(Told::default()),
        _ => None,
    }
}

/// Adds the paths that a text names, or says what it tells besides.
pub(super) fn read(text: &str, found: &mut Vec<Named>) -> Result<(), String> {
    for Directive { words, table } in directives(text) {
        let Some((name, arguments)) = words.split_first() else { continue };
        if table || OF_ADDRESSES.contains(&name.as_str()) {
            continue;
        }
        let told = || format!("`{}`", words.join(" "));
        if ["lua", "perl", "js_"].iter().any(|part| name.contains(part)) {
            return Err(told());
        }
        if name == "user" {
            if !arguments.iter().all(|user| USERS.contains(&user.as_str())) {
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
            let own = ["/etc/nginx", "/usr/share/nginx"];
            if name == "include" && !own.iter().any(|own| is_within(&path, own)) {
                return Err(told());
            }
            found.push(Named { path, serves });
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
        read(text, &mut found).ok().map(|()| found.into_iter().map(|named| named.path).collect())
    }

    #[test]
    fn folders_are_read_and_addresses_are_not() {
        let text = "server { listen 80; # root /no;\n root \"/srv/docs\"; location /a/ { alias /srv/a/; }\n\
                    location ~ \\.php$ { try_files $uri /index.html =404; } }";
        assert_eq!(paths(text), Some(vec!["/srv/docs".to_owned(), "/srv/a".to_owned()]));
        assert_eq!(paths("root /srv/sites/$host/pages;"), Some(vec!["/srv/sites".to_owned()]));
        assert_eq!(paths("map $uri $to { /a /b; default /c; }"), Some(Vec::new()));
        assert_eq!(paths("auth_basic_user_file /srv/users;"), Some(vec!["/srv/users".to_owned()]));
        assert_eq!(paths("user node;"), None);
        assert_eq!(paths("content_by_lua_file /srv/x.lua;"), None);
    }
}
