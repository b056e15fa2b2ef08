//! Modules of Node that a source finds by listing a folder.
//!
//! Sources: Node.js documentation, "Modules: CommonJS modules" and "File system", `fs.readdir`.

/// What lists a folder.
const LISTING: &[&str] =
    &["readdir(", "readdirSync(", "opendir(", "opendirSync(", "glob(", "globSync(", "glob.sync("];
/// Words in front of what a path is put together of.
const OF_PATHS: &[&str] = &["path", "join", "resolve", "await", "fs"];

/// Whether the source at a path may load what lies in a folder of the context, which it does not name.
pub(super) fn loads_from(path: &str, text: &str, folder: &str) -> bool {
    let meets = |calls: &[&str]| {
        let places = calls.iter().flat_map(|call| {
            text.match_indices(call).map(|(at, _)| (&text[..at], &text[at + call.len()..]))
        });
        { places }.any(|(before, behind)| {
            !before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
                && is_met(path, &inlined(argument(behind), text), folder)
        })
    };
    meets(LISTING) && meets(&["require(", "import("])
}

/// What stands in the brackets of a call.
fn argument(behind: &str) -> &str {
    let mut open = 1_usize;
    for (at, c) in behind.char_indices() {
        match c {
            '(' => open += 1,
            ')' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return &behind[..at];
        }
    }
    behind
}

/// The same with what names are set to at the head of lines.
fn inlined(argument: &str, text: &str) -> String {
    let mut found = argument.to_owned();
    let mut done: Vec<&str> = Vec::new();
    for line in text.lines().chain(text.lines()) {
        let line = line.trim().trim_end_matches(';');
        let set = ["const ", "let ", "var "].iter().find_map(|word| line.strip_prefix(word));
        let Some((name, value)) = set.and_then(|set| set.split_once('=')) else { continue };
        let name = name.trim();
        let joins = |c: char| c.is_alphanumeric() || "_$'\"`/.".contains(c);
        let place = found.match_indices(name).map(|(at, _)| at).find(|at| {
            !found[..*at].ends_with(joins) && !found[at + name.len()..].starts_with(joins)
        });
        if let Some(at) = place.filter(|_| !name.is_empty() && !done.contains(&name)) {
            done.push(name);
            found.replace_range(at..at + name.len(), value.trim());
        }
    }
    found
}

/// Whether a path that is put together so may lead into a folder, before it names any.
fn is_met(path: &str, argument: &str, folder: &str) -> bool {
    let mut here: Vec<&str> = path.split('/').collect();
    here.pop();
    let mut known = false;
    for piece in argument.split(|c: char| c.is_whitespace() || "'\"`,+()/{}".contains(c)) {
        match piece.trim_start_matches('$') {
            "" | "path.join" | "path.resolve" => {}
            "." | "__dirname" | "import.meta.dirname" => known = true,
            ".." => {
                known = true;
                here.pop();
            }
            word if OF_PATHS.contains(&word) => {}
            word if word.contains('*') => {
                known = true;
                break;
            }
            word => {
                let place = argument.find(word).unwrap_or_default();
                let quoted = argument[..place].matches(['\'', '"', '`']).count() % 2 == 1;
                let filled = argument[..place].ends_with("${");
                if quoted && !filled {
                    return false;
                }
                break;
            }
        }
    }
    let here = here.join("/");
    !known || here.is_empty() || folder.starts_with(&format!("{here}/"))
}

#[cfg(test)]
mod tests {
    use super::loads_from;

    #[test]
    fn folders_are_met() {
        for (path, text) in [
            ("index.js", "fs.readdirSync('.').map(d=>require('./'+d+'/ssr.js'))"),
            (
                "server/a.js",
                "const up = path.join(__dirname, '..');\nreaddirSync(up).map(d => require(path.join(up, d)))",
            ),
            ("server/a.js", "glob.sync(root).map(file => require(file))"),
        ] {
            assert!(loads_from(path, text, "client"), "{text}");
        }
        for (path, text) in [
            ("models/a.js", "readdirSync(__dirname).map(f => require(path.join(__dirname, f)))"),
            ("a.js", "readdirSync('./routes').map(f => require('./routes/' + f))"),
            (
                "a.js",
                "const dir = path.join(__dirname, 'routes');\nreaddirSync(dir).map(f => require(path.join(dir, f)))",
            ),
        ] {
            assert!(!loads_from(path, text, "client"), "{text}");
        }
    }
}
