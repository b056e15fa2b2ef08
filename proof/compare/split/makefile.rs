//! What the rule `install` of a Makefile brings (GNU Coding Standards, "DESTDIR" and "Variables for Installation Directories").

use dockslim_contract::BuildContext;

/// The paths of the files that `make install` writes, where the one Makefile of a project says it in plain words.
pub(super) fn installed(context: Option<&BuildContext>) -> Option<Vec<String>> {
    let is_one = |path: &str| {
        matches!(path.rsplit('/').next(), Some("Makefile" | "makefile" | "GNUmakefile"))
    };
    let mut makefiles = context?.entries().filter(|(path, _)| is_one(path)).map(|(path, _)| path);
    let text = context?.text(makefiles.next()?)?;
    if makefiles.next().is_some() {
        return None;
    }
    let mut inside = false;
    let mut files = Vec::new();
    let mut folders: Vec<String> = Vec::new();
    for line in text.lines() {
        if !line.starts_with('\t') && !line.trim().is_empty() {
            inside = line
                .split(':')
                .next()
                .is_some_and(|names| names.split_whitespace().any(|name| name == "install"));
            continue;
        }
        if !inside || line.trim().is_empty() {
            continue;
        }
        let line = substituted(line.trim().trim_start_matches(['@', '-']), text)?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let makes_folders = words[0] == "mkdir" || (words[0] == "install" && words.contains(&"-d"));
        if !makes_folders && !matches!(words[0], "install" | "cp") {
            return None;
        }
        let mut operands: Vec<&str> = Vec::new();
        for pair in words.windows(2) {
            if !pair[1].starts_with('-') && !matches!(pair[0], "-m" | "-o" | "-g") {
                operands.push(pair[1]);
            }
        }
        if makes_folders {
            folders.extend(operands.iter().map(|path| path.trim_end_matches('/').to_owned()));
            continue;
        }
        let (target, sources) = operands.split_last()?;
        let place = target.trim_end_matches('/');
        let known = [
            "/usr/local/bin",
            "/usr/bin",
            "/usr/local/lib",
            "/usr/local/share",
            "/usr/local/sbin",
            "/etc",
            "/bin",
        ];
        let folder = target.ends_with('/')
            || known.contains(&place)
            || folders.iter().any(|one| one == place);
        for source in sources {
            let name = source.rsplit('/').next()?;
            files.push(if folder { format!("{place}/{name}") } else { place.to_owned() });
        }
    }
    let plain = |path: &String| path.starts_with('/') && !path.contains(['*', '?', '$', '`']);
    (!files.is_empty() && files.iter().all(plain)).then_some(files)
}

/// A line with the variables of its Makefile put in; DESTDIR is empty. `None` if one is not known.
fn substituted(line: &str, text: &str) -> Option<String> {
    let mut line = line.to_owned();
    for _ in 0..16 {
        let Some(start) = line.find("$(").or_else(|| line.find("${")) else { return Some(line) };
        let end = start + line[start..].find([')', '}'])?;
        let name = &line[start + 2..end];
        let value = if name == "DESTDIR" { "" } else { value(text, name)? };
        line = format!("{}{value}{}", &line[..start], &line[end + 1..]);
    }
    None
}

fn value<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut lines = text.lines().filter(|line| !line.starts_with('\t')).rev();
    lines.find_map(|line| {
        let (left, right) = line.split_once('=')?;
        (left.trim_end_matches(['?', ':']).trim() == name).then(|| right.trim())
    })
}
