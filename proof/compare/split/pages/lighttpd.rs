//! What lighttpd is told.
//!
//! Sources: lighttpd's reference of options, its page "Configuration File Syntax", and `man lighttpd`.

use super::servers::{Path, USERS};
use crate::compare::folders::is_within;

/// Modules that answer from files or hand on, and start nothing.
const HARMLESS: &str = " access accesslog alias auth authn_file compress deflate dirlisting evhost expire extforward h2 indexfile openssl proxy \
    redirect rewrite setenv simple_vhost staticfile status ";
/// Groups of options that hold no paths of the system.
const NO_PATHS: &str =
    " deflate dir-listing etag expire extforward index-file mimetype proxy static-file status url ";
/// Single ones of other groups.
const NO_PATH: &str = " accesslog.format auth.require server.bind server.error-handler server.error-handler-404 server.feature-flags \
    server.http-parseopts server.name server.tag setenv.add-response-header setenv.set-response-header ";
/// Options of groups above that hold paths all the same.
const CACHES: &[&str] = &["compress.cache-dir", "deflate.cache-dir"];

/// `lighttpd -D -f FILE`.
pub(super) fn command(words: &[&str]) -> Option<Vec<Path>> {
    let file = match words {
        ["-D", "-f", file] | ["-f", file, "-D"] | ["-f", file] | ["-Df", file] => *file,
        _ => return None,
    };
    Some(vec![Path::Settings(file.to_owned())])
}

/// The paths that a text names, or the words that tell what is not known.
pub(super) fn paths(text: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    // The name in front of the last sign that sets something.
    let mut option = String::new();
    let mut rest = text;
    let mut before = String::new();
    while let Some(at) = rest.find(['"', '#']) {
        before.push_str(&rest[..at]);
        let quoted = rest.as_bytes()[at] == b'"';
        let inside = &rest[at + 1..];
        if !quoted {
            rest = inside.split_once('\n').map_or("", |(_, rest)| rest);
            before.push('\n');
            continue;
        }
        let end = end_of_text(inside);
        let word = &inside[..end];
        rest = inside.get(end + 1..).unwrap_or_default();
        if let Some(name) = last_option(&before) {
            option = name;
        }
        let sets = !before.trim_end().ends_with(['~', '[']) && !before.trim_end().ends_with("==");
        let key = rest.trim_start().starts_with("=>");
        let joined = before.trim_end().ends_with('+') || rest.trim_start().starts_with('+');
        let open = before.contains("var.") || before.contains("env.") || word.contains("${");
        let read = sets && !rest.starts_with(']');
        if read && let Some(path) = path(&option, word, key, joined || open)? {
            found.push(path);
        }
        before.clear();
    }
    Ok(found)
}

/// Where a text in quotations ends.
fn end_of_text(text: &str) -> usize {
    let mut escaped = false;
    let end = text.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    end.unwrap_or(text.len())
}

/// The last option that a text sets, or the last file that it includes.
fn last_option(text: &str) -> Option<String> {
    let mut words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || "(){},".contains(c)).collect();
    words.retain(|word| !word.is_empty());
    if let Some(word) = words.last().filter(|word| word.starts_with("include")) {
        return Some((*word).to_owned());
    }
    let at = words.iter().rposition(|word| {
        let sign =
            word.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "-_.".contains(c));
        matches!(sign, "=" | "+=" | ":=")
    })?;
    let name = words[at].trim_end_matches(['=', '+', ':']);
    let name = if name.is_empty() { words.get(at.checked_sub(1)?)? } else { name };
    Some(name.to_owned())
}

/// The path that a text names for an option, if it does.
fn path(option: &str, text: &str, key: bool, open: bool) -> Result<Option<String>, String> {
    let told = || Err(option.to_owned());
    let group = option.split('.').next().unwrap_or_default();
    let listed = |list: &str, name: &str| list.contains(&format!(" {name} "));
    match option {
        "include" => {
            let own =
                text.starts_with("/etc/lighttpd/") || text.starts_with("/usr/share/lighttpd/");
            let beside = !text.starts_with('/') && !text.contains("..");
            return if own || beside { Ok(None) } else { told() };
        }
        "include_shell" if text.starts_with("/usr/share/lighttpd/") => return Ok(None),
        "include_shell" => return told(),
        "server.modules" => {
            let known = text.strip_prefix("mod_").is_some_and(|name| listed(HARMLESS, name));
            return if known { Ok(None) } else { told() };
        }
        "server.username" | "server.groupname" => {
            return if USERS.contains(&text) { Ok(None) } else { told() };
        }
        "server.chroot" => return told(),
        _ => {}
    }
    if !CACHES.contains(&option) && (listed(NO_PATHS, group) || listed(NO_PATH, option)) {
        return Ok(None);
    }
    let starts = ["cgi", "fastcgi", "magnet", "scgi", "ssi", "var", "webdav"].contains(&group);
    if starts || open || text.starts_with('|') {
        return told();
    }
    let served = option == "server.document-root"
        || option == "alias.url"
        || ["evhost", "simple-vhost"].contains(&group);
    match text.strip_prefix('/') {
        _ if option == "alias.url" && key => Ok(None),
        None if served => told(),
        None => Ok(None),
        Some(_) => {
            let whole = text.split(['%', '*']).next().unwrap_or(text);
            let path = if whole.len() < text.len() || option.ends_with("-prefix") {
                whole.rsplit_once('/').map_or("", |(folder, _)| folder)
            } else {
                whole.trim_end_matches('/')
            };
            if is_within(path, "/proc") { told() } else { Ok(Some(path.to_owned())) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::paths;

    #[test]
    fn texts_name_folders_of_some_options_alone() {
        let text = "server.modules = (\n \"mod_alias\", # \"mod_cgi\"\n)\nserver.document-root=\"/a\"\n\
                    $HTTP[\"host\"] == \"/b\" { alias.url += ( \"/c\" => \"/d/\", \"/e/\" => \"/f\" ) }\n\
                    url.redirect = ( \"^/g\" => \"/h\" )\nssl.pemfile = \"/i/k.pem\"";
        assert_eq!(paths(text).unwrap(), ["/a", "/d", "/f", "/i/k.pem"]);
        assert!(paths("server.modules = (\"mod_fastcgi\")").is_err());
        assert!(paths("server.document-root = \"/a/\" + var.b").is_err());
        assert!(paths("include_shell \"cat /x\"").is_err());
        assert!(paths("server.username = \"app\"").is_err());
    }
}
