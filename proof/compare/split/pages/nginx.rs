//! What nginx is told.
//!
//! Source: the manual of nginx, "Alphabetical index of directives".

use super::servers::{Path, USERS};
use crate::compare::folders::is_within;

/// Directives that name addresses, patterns or texts.
const NO_FILES: &str = " add_after_body add_before_body add_header allow auth_basic auth_request charset default_type deny error_page expires \
    fastcgi_param fastcgi_pass if index listen location log_format proxy_cookie_path proxy_pass proxy_redirect proxy_set_header return \
    rewrite server server_name set sub_filter try_files uwsgi_pass valid_referers ";
/// Blocks whose lines are no directives.
const OF_LINES: &str = " charset_map geo map split_clients types ";

/// `nginx -g "daemon off;"`, or nothing.
pub(super) fn command(words: &[&str]) -> Option<Vec<Path>> {
    let known =
        matches!(words, [] | ["-g", "daemon off;" | "daemon off"] | ["-g", "daemon", "off"]);
    known.then(Vec::new)
}

/// The paths that a text names, or the words that tell what is not known.
pub(super) fn paths(text: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for words in directives(text) {
        let Some((name, arguments)) = words.split_first() else { continue };
        let told = || Err(words.join(" "));
        if NO_FILES.contains(&format!(" {name} ")) {
            continue;
        }
        if ["js_", "lua", "perl"].iter().any(|part| name.contains(part)) {
            return told();
        }
        if name == "user" {
            if arguments.iter().any(|user| !USERS.contains(&user.as_str())) {
                return told();
            }
            continue;
        }
        let pages = ["alias", "root"].contains(&name.as_str());
        for word in arguments {
            let path = word.rsplit('=').next().unwrap_or(word);
            if !path.starts_with('/') {
                if pages && (path.contains('$') || path.contains("..")) {
                    return told();
                }
                continue;
            }
            let path = match path.find(['$', '*']) {
                Some(end) => path[..end].rsplit_once('/').map_or("", |(folder, _)| folder),
                None => path.trim_end_matches('/'),
            };
            let inside = is_within(path, "/etc/nginx") || is_within(path, "/usr/share/nginx");
            if name == "include" && !inside {
                return told();
            }
            found.push(path.to_owned());
        }
    }
    Ok(found)
}

/// The directives of a text, without what stands in tables.
fn directives(text: &str) -> Vec<Vec<String>> {
    let without = text.lines().map(|line| {
        let at = line.match_indices('#').find(|(at, _)| {
            line[..*at].chars().next_back().is_none_or(|c| c.is_whitespace() || ";{}".contains(c))
        });
        at.map_or(line, |(at, _)| &line[..at])
    });
    let text = without.collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    let mut tables: Vec<bool> = Vec::new();
    let mut start = 0;
    let (mut quote, mut inside) = (None, false);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(sign), _) if sign == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '{') if text[..at].ends_with('$') => inside = true,
            (None, '}') if inside => inside = false,
            (None, ';' | '{' | '}') => {
                let words = text[start..at].split_whitespace();
                let words: Vec<String> = words.map(|word| word.replace(['"', '\''], "")).collect();
                start = at + 1;
                let of_lines = |name: &String| OF_LINES.contains(&format!(" {name} "));
                let table = tables.last() == Some(&true);
                let opens = words.first().is_some_and(of_lines);
                if !words.is_empty() && !table && !opens {
                    found.push(words);
                }
                match c {
                    '{' => tables.push(table || opens),
                    '}' => drop(tables.pop()),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::directives;

    #[test]
    fn comments_and_tables_are_left_out() {
        let text = "server { # root /a;\n root '/b'; map $x $y { /c /d; } location ~ ^/e${f}/ { alias /g/; } }";
        let names: Vec<String> =
            directives(text).into_iter().map(|words| words.join(" ")).collect();
        assert_eq!(names, ["server", "root /b", "location ~ ^/e${f}/", "alias /g/"]);
    }
}
