//! What Apache's httpd is told.
//!
//! Sources: the "Directive Quick Reference" and "Core Features" of Apache HTTP Server 2.4; Debian's README.Debian of apache2.

use super::servers::{Path, USERS};
use crate::compare::folders::is_within;

/// Directives whose words are no paths of the system, in small letters.
const NO_PATHS: &str = " addcharset adddefaultcharset adddescription addencoding addicon addiconbyencoding addiconbytype addlanguage \
    addoutputfilterbytype addtype allow authname browsermatch browsermatchnocase defaulticon deny directoryindex errordocument expiresbytype \
    fallbackresource header headername indexignore indexoptions indexstylesheet listen logformat proxypass proxypassmatch proxypassreverse \
    readmename redirect redirectmatch redirectpermanent redirecttemp requestheader require rewritebase rewritecond rewriterule serveralias \
    servername setenvif setenvifnocase ";
/// Variables that Debian's `envvars` sets to folders that its package has.
const VARIABLES: [&str; 4] = ["LOG_DIR", "LOCK_DIR", "PID_FILE", "RUN_DIR"];

/// `apache2ctl -D FOREGROUND`.
pub(super) fn command(words: &[&str]) -> Option<Vec<Path>> {
    let words: &[&str] = words.strip_prefix(&["-k", "start"]).unwrap_or(words);
    (words.concat() == "-DFOREGROUND").then(Vec::new)
}

/// Whether a module, or what a directive of its name concerns, starts programs or writes settings.
pub(super) fn may_start(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [
        "action",
        "cgi",
        "ext_filter",
        "extfilter",
        "include",
        "lua",
        "macro",
        "passenger",
        "perl",
        "php",
        "wsgi",
    ]
    .iter()
    .any(|part| name.contains(part))
}

/// The paths that a text names, or the words that tell what is not known.
pub(super) fn paths(text: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let text = text.replace("\\\r\n", " ").replace("\\\n", " ");
    for line in text.lines().map(str::trim_start) {
        let words = divided(line);
        let Some((first, rest)) = words.split_first() else { continue };
        let name = first.to_ascii_lowercase();
        let told = || Err(line.to_owned());
        if name.starts_with('#') || NO_PATHS.contains(&format!(" {name} ")) {
            continue;
        }
        if name.starts_with('<') {
            if name.contains("macro") {
                return told();
            }
            continue;
        }
        let says = |wanted: &[&str]| {
            rest.iter().any(|word| {
                wanted.contains(&word.trim_start_matches('+').to_ascii_lowercase().as_str())
            })
        };
        let wrong = match name.as_str() {
            "include" | "includeoptional" => rest.iter().any(|path| {
                path.starts_with('/') && !is_within(path, "/etc/apache2") || path.starts_with('$')
            }),
            "options" => says(&["all", "execcgi", "includes"]),
            "sethandler" => {
                !says(&["none", "server-status"])
                    && !rest.iter().any(|word| word.starts_with("proxy:"))
            }
            "loadmodule" => rest.iter().any(|word| may_start(word)),
            "user" | "group" => rest
                .iter()
                .any(|word| !USERS.contains(&word.as_str()) && !word.starts_with("${APACHE_RUN_")),
            "addhandler" | "chrootdir" | "define" | "fcgidwrapper" | "rewritemap"
            | "scriptalias" | "scriptaliasmatch" | "scriptlog" | "use" | "xbithack" => true,
            _ => may_start(&name) || name.starts_with("fcgid"),
        };
        if wrong || rest.iter().any(|word| word.starts_with('|')) {
            return told();
        }
        let alias = name == "alias" || name == "aliasmatch";
        let served = alias || name == "documentroot" || name == "virtualdocumentroot";
        for word in rest.iter().skip(usize::from(alias)) {
            let known = |variable: &&str| word.starts_with(&format!("${{APACHE_{variable}}}"));
            let own = VARIABLES.iter().any(known);
            if own || name.starts_with("include") {
                continue;
            }
            if word.starts_with('/') {
                let end = word.find(['%', '$', '*']);
                let path = end.map_or(word.trim_end_matches('/'), |end| {
                    word[..end].rsplit_once('/').map_or("", |(folder, _)| folder)
                });
                found.push(path.to_owned());
            } else if served || word.starts_with("${") {
                return told();
            }
        }
    }
    Ok(found)
}

/// The words of a line, without quotations.
fn divided(line: &str) -> Vec<String> {
    let (mut words, mut quote): (Vec<String>, Option<char>) = (vec![String::new()], None);
    for c in line.chars() {
        match quote {
            Some(sign) if sign == c => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c.is_whitespace() => words.push(String::new()),
            _ => words.last_mut().expect("there is one").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::paths;

    #[test]
    fn lines_name_folders_of_some_directives_alone() {
        let text = "ServerName /a\nDocumentRoot '/b'\n<Directory /c>\nAliasMatch ^/d(.*)$ /e$1\n</Directory>\n\
                    CustomLog ${APACHE_LOG_DIR}/f.log \\\n  combined\nSSLCertificateFile /g/h.pem\n# DocumentRoot /i";
        assert_eq!(paths(text).unwrap(), ["/b", "", "/g/h.pem"]);
        for told in [
            "Options Indexes +Includes",
            "AddHandler cgi-script .py",
            "ErrorLog \"|/bin/x\"",
            "DocumentRoot www",
        ] {
            assert!(paths(told).is_err(), "{told}");
        }
        assert!(paths("Options -Includes +FollowSymLinks\nSetHandler \"proxy:http://x\"").is_ok());
    }
}
