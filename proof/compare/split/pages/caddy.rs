//! What Caddy is told.
//!
//! Sources: Caddy's pages "Caddyfile Directives", "Request Matchers" and "Command Line".

use super::servers::Path;

/// First words of lines whose others are no paths of the system.
const NO_PATHS: &str = " basic_auth basicauth encode error file file_server forward_auth handle handle_errors handle_path header hide index \
    log_skip method metrics not path path_regexp redir request_header respond reverse_proxy rewrite route skip_log try_files uri ";

/// `caddy run` with a file of settings, or `caddy file-server` with a folder.
pub(super) fn command(words: &[&str]) -> Option<Vec<Path>> {
    let text = words.join(" ").replace('=', " ");
    let mut words = text.split(' ');
    let serves = match words.next()? {
        "run" => false,
        "file-server" => true,
        _ => return None,
    };
    let mut found = Vec::new();
    while let Some(option) = words.next() {
        match option {
            "--config" | "-c" if !serves => found.push(Path::Settings(words.next()?.to_owned())),
            "--adapter" | "-a" if !serves => {
                words.next().filter(|name| *name == "caddyfile").map(drop)?
            }
            "--root" | "-r" if serves => found.push(Path::Of(words.next()?.to_owned())),
            "--listen" | "-l" | "--domain" | "-d" if serves => words.next().map(drop)?,
            "--access-log" | "--browse" | "-b" if serves => {}
            _ => return None,
        }
    }
    (!found.is_empty()).then_some(found)
}

/// The paths that a text names, or the words that tell what is not known.
pub(super) fn paths(text: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let begins = |name: &str| text.lines().any(|line| line.split_whitespace().next() == Some(name));
    for line in text.lines() {
        let line = line.split(" #").next().unwrap_or(line).trim();
        let mut words = line.split_whitespace();
        let Some(name) = words.next().filter(|name| !name.starts_with('#')) else { continue };
        let told = || Err(line.to_owned());
        if NO_PATHS.contains(&format!(" {name} ")) || name.starts_with('@') {
            continue;
        }
        if name == "import" || name == "vars" || line.contains("{$") || line.contains("{env.") {
            return told();
        }
        let mut words: Vec<&str> = words.map(|word| word.trim_matches(['"', '`'])).collect();
        if name == "root" {
            if words.is_empty() || words.len() > 2 || !words[words.len() - 1].starts_with('/') {
                return told();
            }
            words.drain(..words.len() - 1);
        }
        for word in words.into_iter().filter(|word| word.starts_with('/')) {
            let path = match word.find(['{', '*']) {
                Some(end) => word[..end].rsplit_once('/').map_or("", |(folder, _)| folder),
                None => word.trim_end_matches('/'),
            };
            found.push(path.to_owned());
        }
    }
    if begins("file_server") && !begins("root") {
        return Err("file_server".to_owned());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::paths;

    #[test]
    fn lines_name_folders_of_some_directives_alone() {
        let text = ":80 {\n root /a\n redir /b /c\n tls /d/e.pem /d/f.pem # /g\n @h path /i\n file_server\n}";
        assert_eq!(paths(text).unwrap(), ["/a", "/d/e.pem", "/d/f.pem"]);
        assert!(paths("root * site\nfile_server").is_err());
        assert!(paths("import sites/*").is_err());
        assert!(paths("localhost\nfile_server").is_err());
    }
}
