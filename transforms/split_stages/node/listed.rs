//! Sources that load whatever lies in a folder (Node.js, "Modules: CommonJS modules", `fs.readdir`).

/// Calls that load a module.
const LOADS: [&str; 2] = ["require(", "import("];
/// Calls that list what lies in a folder.
const LISTS: [&str; 7] =
    ["readdirSync(", "readdir(", "opendirSync(", "opendir(", "globSync(", "glob(", "glob.sync("];
/// How often a name stands for another one.
const DEPTH: usize = 3;

/// From where an expression leads to files that only runs tell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// To one, or into a folder of a name of its own.
    Bound,
    /// From so many folders above that of the source.
    Above(usize),
    Anywhere,
}

/// Whether a source at `path` lists a folder and loads what it finds there, where `client` may be below.
pub(super) fn may_load(path: &str, text: &str, client: &str) -> bool {
    let reaches = |reach: Reach| match reach {
        Reach::Bound => false,
        Reach::Anywhere => true,
        Reach::Above(count) => {
            let mut folder = path;
            for _ in 0..=count {
                folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
            }
            folder.is_empty() || client.starts_with(&format!("{folder}/"))
        }
    };
    let any = |calls: &[&str]| {
        calls.iter().any(|call| {
            text.match_indices(call).any(|(at, _)| {
                let whole = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                whole && reaches(reach(text, &text[at + call.len()..], 0))
            })
        })
    };
    any(&LISTS) && any(&LOADS)
}

/// From where the first expression of a text leads.
fn reach(source: &str, text: &str, depth: usize) -> Reach {
    let text = text.trim_start();
    if let Some(quote) = text.chars().next().filter(|c| "'\"`".contains(*c)) {
        let (literal, behind) = text[1..].split_once(quote).unwrap_or((&text[1..], ""));
        let (front, inner) = literal.split_once("${").unwrap_or((literal, ""));
        if front.is_empty() && !inner.is_empty() {
            return reach(source, inner, depth + 1);
        }
        return match steps(front) {
            Some(count) => Reach::Above(count),
            None if behind.trim_start().starts_with('+') && front.is_empty() => Reach::Anywhere,
            None => Reach::Bound,
        };
    }
    for here in ["__dirname", "import.meta.dirname"] {
        if let Some(rest) = text.strip_prefix(here) {
            let more = rest.trim_start().strip_prefix('+');
            return more.map_or(Reach::Above(0), |more| reach(source, more, depth));
        }
    }
    for call in ["path.join(", "path.resolve(", "join(", "resolve("] {
        if let Some(rest) = text.strip_prefix(call) {
            let arguments = rest.split(')').next().unwrap_or(rest);
            return joined(source, arguments, depth);
        }
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || "_$".contains(c)));
    let name = &text[..end.unwrap_or(text.len())];
    let mut set = ["const", "let", "var"]
        .iter()
        .flat_map(|word| [format!("{word} {name} = "), format!("{word} {name}=")]);
    let value = set.find_map(|set| source.split_once(&set).map(|(_, value)| value));
    match value.filter(|_| !name.is_empty() && depth < DEPTH) {
        Some(value) => reach(source, value, depth + 1),
        None => Reach::Anywhere,
    }
}

/// From where parts of a path lead that are put together.
fn joined(source: &str, arguments: &str, depth: usize) -> Reach {
    let mut above = 0;
    for (number, part) in arguments.split(',').enumerate() {
        match reach(source, part, depth + 1) {
            Reach::Bound => return Reach::Bound,
            Reach::Above(count) => above += count,
            Reach::Anywhere if number == 0 => return Reach::Anywhere,
            Reach::Anywhere => break,
        }
    }
    Reach::Above(above)
}

/// How many folders a path goes up, if it names none.
fn steps(path: &str) -> Option<usize> {
    let mut count = 0;
    let mut parts = path.split('/').peekable();
    parts.peek().filter(|_| !path.is_empty())?;
    for part in parts {
        match part {
            "" | "." => {}
            ".." => count += 1,
            _ if part.contains('*') => return Some(count),
            _ => return None,
        }
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::may_load;

    #[test]
    fn folders_are_listed() {
        for (path, text) in [
            ("index.js", "fs.readdirSync('.').map(d => require('./' + d + '/ssr.js'))"),
            ("index.js", "fs.readdirSync(__dirname).map(d => require(`./${d}/ssr.js`))"),
            (
                "server/index.js",
                "const up = path.join(__dirname, '..');\nfs.readdirSync(up).map(d => require(path.join(up, d)))",
            ),
            ("server/index.js", "glob.sync(root).map(file => require(file))"),
        ] {
            assert!(may_load(path, text, "client"), "{text}");
        }
        for (path, text) in [
            (
                "models/index.js",
                "fs.readdirSync(__dirname).map(f => require(path.join(__dirname, f)))",
            ),
            ("index.js", "fs.readdirSync('./routes').map(f => require('./routes/' + f))"),
            (
                "index.js",
                "const dir = path.join(__dirname, 'routes');\nfs.readdirSync(dir).map(f => require(path.join(dir, f)))",
            ),
            ("index.js", "fs.readdirSync('uploads'); require('express')"),
        ] {
            assert!(!may_load(path, text, "client"), "{text}");
        }
    }
}
