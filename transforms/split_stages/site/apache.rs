//! What Apache's httpd is told: the files and folders that its settings name.
//!
//! Sources: the directive index of Apache HTTP Server 2.4; Debian's README of apache2; `man a2enmod`.

use super::servers::{Named, Told, USERS};
use crate::facts::{absolute, is_within};

/// Directives whose words are addresses, patterns and texts, and no files.
const OF_ADDRESSES: &[&str] = &[
    "addcharset",
    "adddefaultcharset",
    "adddescription",
    "addencoding",
    "addicon",
    "addiconbyencoding",
    "addiconbytype",
    "addlanguage",
    "addoutputfilterbytype",
    "addtype",
    "allow",
    "authname",
    "browsermatch",
    "browsermatchnocase",
    "defaulticon",
    "deny",
    "directoryindex",
    "errordocument",
    "expiresbytype",
    "fallbackresource",
    "headername",
    "header",
    "indexignore",
    "indexoptions",
    "indexstylesheet",
    "listen",
    "logformat",
    "proxypass",
    "proxypassmatch",
    "proxypassreverse",
    "readmename",
    "redirect",
    "redirectmatch",
    "redirectpermanent",
    "redirecttemp",
    "requestheader",
    "require",
    "rewritebase",
    "rewritecond",
    "rewriterule",
    "serveralias",
    "servername",
    "setenvif",
    "setenvifnocase",
];

/// How the names of directives begin that start programs, or have others say what is served.
const OF_PROGRAMS: &[&str] = &[
    "action",
    "addhandler",
    "cgi",
    "chrootdir",
    "define",
    "extfilter",
    "fcgid",
    "lua",
    "passenger",
    "perl",
    "php",
    "rewritemap",
    "scriptalias",
    "scriptlog",
    "use",
    "wsgi",
    "xbithack",
];

/// Parts of the names of modules that start programs.
const STARTING: &[&str] = &[
    "actions",
    "cgi",
    "ext_filter",
    "include",
    "lua",
    "macro",
    "passenger",
    "perl",
    "php",
    "wsgi",
];

/// `apache2ctl -D FOREGROUND`.
pub(super) fn told(words: &[&str]) -> Option<Told> {
    let known = matches!(
        words,
        ["-D", "FOREGROUND"] | ["-DFOREGROUND"] | ["-k", "start", "-D", "FOREGROUND"]
    );
    known.then(Told::default)
}

/// Whether a module starts no program.
pub(super) fn is_harmless(module: &str) -> bool {
    !STARTING.iter().any(|part| module.contains(part))
}

/// Adds the paths that a text names, or says what it tells besides.
pub(super) fn read(text: &str, found: &mut Vec<Named>) -> Result<(), String> {
    let joined = text.replace("\\\n", " ");
    for line in joined.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let words = words(line);
        let Some((name, arguments)) = words.split_first() else { continue };
        let name = name.to_ascii_lowercase();
        let told = || Err(format!("`{}`", words.join(" ")));
        let known = |names: &[&str]| names.contains(&name.as_str());
        if name.starts_with('<') || known(OF_ADDRESSES) {
            if name.starts_with("<macro") {
                return told();
            }
            continue;
        }
        let has =
            |part: &str| arguments.iter().any(|word| word.to_ascii_lowercase().contains(part));
        let option = |word: &str| arguments.iter().any(|it| it.trim_start_matches('+') == word);
        let programs = OF_PROGRAMS.iter().any(|start| name.starts_with(start))
            || name == "loadmodule" && !arguments.iter().all(|word| is_harmless(word))
            || name == "options" && (option("ExecCGI") || option("Includes") || option("All"))
            || name == "sethandler"
                && !(option("none") || option("server-status") || has("proxy:"))
            || arguments.iter().any(|word| word.starts_with('|'));
        if programs {
            return told();
        }
        if known(&["group", "user"]) {
            let user =
                |word: &String| USERS.contains(&word.as_str()) || word.starts_with("${APACHE_RUN_");
            if !arguments.iter().all(user) {
                return told();
            }
            continue;
        }
        let serves = known(&["alias", "aliasmatch", "documentroot", "virtualdocumentroot"]);
        // In front of the folder stands its address.
        let aside = usize::from(known(&["alias", "aliasmatch"]));
        for word in arguments.iter().skip(aside) {
            let own = [
                "${APACHE_LOG_DIR}",
                "${APACHE_LOCK_DIR}",
                "${APACHE_PID_FILE}",
                "${APACHE_RUN_DIR}",
            ];
            if own.iter().any(|own| word.starts_with(own)) {
                continue;
            }
            if !word.starts_with('/') {
                if serves || word.starts_with("${") {
                    return told();
                }
                continue;
            }
            let plain = word.split(['%', '$', '*']).next().unwrap_or(word);
            let folder = match plain.len() == word.len() {
                true => plain,
                false => plain.rsplit_once('/').map_or("/", |(folder, _)| folder),
            };
            let Some(path) = absolute(folder, None) else { return told() };
            if name.starts_with("include") && !is_within(&path, "/etc/apache2") {
                return told();
            }
            found.push(Named { path, serves });
        }
    }
    Ok(())
}

/// The words of a line.
fn words(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let quoted = ['"', '\''].contains(&first);
        let inside = if quoted { &rest[1..] } else { rest };
        let end = inside.find(|c: char| if quoted { c == first } else { c.is_whitespace() });
        let end = end.unwrap_or(inside.len());
        found.push(inside[..end].to_owned());
        rest = inside[end..].trim_start_matches(|c| quoted && c == first).trim_start();
    }
    found
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
        let text = "<VirtualHost *:80>\n  # DocumentRoot /no\n  DocumentRoot \"/srv/docs\"\n\
                    Alias /a /srv/a\n<Directory /srv/>\nRequire all granted\n</Directory>\n\
                    ErrorLog ${APACHE_LOG_DIR}/error.log\nFallbackResource /index.html\n</VirtualHost>\n";
        assert_eq!(paths(text), Ok(vec!["/srv/docs".to_owned(), "/srv/a".to_owned()]));
    }

    #[test]
    fn what_starts_programs_has_a_name() {
        let told = |text: &str| paths(text).err();
        assert_eq!(
            told("ScriptAlias /x /usr/lib/x").as_deref(),
            Some("`ScriptAlias /x /usr/lib/x`")
        );
        assert_eq!(told("Options +ExecCGI").as_deref(), Some("`Options +ExecCGI`"));
        assert_eq!(
            told("CustomLog \"|/bin/x\" common").as_deref(),
            Some("`CustomLog |/bin/x common`")
        );
        assert_eq!(told("DocumentRoot ${SITE}").as_deref(), Some("`DocumentRoot ${SITE}`"));
        assert_eq!(
            told("IncludeOptional /srv/*.conf").as_deref(),
            Some("`IncludeOptional /srv/*.conf`")
        );
    }
}
