//! Commands of a build that are known to leave packages and manifests as they were.

use super::project::Project;
use super::users::{DEPTH, Words, split};

/// Programs of packages that read sources and write what they make elsewhere (their documentation).
const COMPILERS: [&str; 18] = [
    "esbuild",
    "eslint",
    "jest",
    "mocha",
    "ncc",
    "nest",
    "next",
    "ng",
    "prettier",
    "rollup",
    "stylelint",
    "swc",
    "tsc",
    "tsc-alias",
    "tsup",
    "vite",
    "vitest",
    "webpack",
];
/// Programs that only tell something, or decide.
const TELLERS: [&str; 8] = ["[", "date", "echo", "ls", "printenv", "pwd", "test", "true"];
/// Programs that write or remove what they are given.
const WRITERS: [&str; 5] = ["cp", "mkdir", "mv", "rimraf", "rm"];
/// Programs that find by themselves what they change.
const SWEEPERS: [&str; 9] =
    ["find", "git", "perl", "rsync", "sed", "shred", "tar", "unlink", "xargs"];

/// Whether a command, with the scripts of package.json that it runs, writes nothing but what compilers make and what it names by plain paths.
pub(super) fn only_compiles(project: &Project<'_>, words: &Words) -> bool {
    follow(project, words, 0, &|words| {
        let Some(Some(name)) = words.first() else { return false };
        let bare = name.rsplit_once("node_modules/.bin/").map_or(name.as_str(), |(_, name)| name);
        let by_npx = || words.get(1).cloned().flatten();
        let compiles = match bare {
            "npx" => by_npx().is_some_and(|name| COMPILERS.contains(&name.as_str())),
            _ => COMPILERS.contains(&bare),
        };
        let redirects = words.iter().flatten().any(|word| word.contains('>'));
        let tells = TELLERS.contains(&bare) && !redirects;
        compiles || tells || WRITERS.contains(&bare) && is_plain(words)
    })
}

/// Whether a command, with the scripts of package.json that it runs, removes and changes no more than it names by plain paths.
pub(super) fn sweeps_nothing(project: &Project<'_>, words: &Words) -> bool {
    follow(project, words, 0, &|words| {
        let Some(Some(name)) = words.first() else { return true };
        let name = name.rsplit('/').next().unwrap_or(name);
        !SWEEPERS.contains(&name) && (!WRITERS.contains(&name) || is_plain(words))
    })
}

/// Asks of a command, or of all commands of the scripts that it runs.
fn follow(
    project: &Project<'_>,
    words: &Words,
    depth: usize,
    ask: &dyn Fn(&[Option<String>]) -> bool,
) -> bool {
    let set = |word: &&Option<String>| {
        word.as_deref().is_some_and(|word| {
            word == "cross-env" || word.contains('=') && !word.starts_with(['-', '/'])
        })
    };
    let words = &words[words.iter().take_while(set).count()..];
    let manager = words.first().and_then(Option::as_deref);
    if !matches!(manager, Some("npm" | "yarn" | "pnpm")) {
        return words.is_empty() || ask(words);
    }
    let mut operands =
        words[1..].iter().flatten().map(String::as_str).filter(|word| !word.starts_with('-'));
    let name = match operands.next() {
        Some("run" | "run-script") => operands.next(),
        Some("t") => Some("test"),
        other => other,
    };
    let Some(name) = name else { return true };
    let scripts = project.all_scripts();
    let runs = [format!("pre{name}"), name.to_owned(), format!("post{name}")];
    let mut texts = scripts.iter().filter(|(one, _)| runs.contains(one));
    depth < DEPTH
        && texts.all(|(_, text)| {
            !text.contains('\n')
                && split(text).iter().all(|words| follow(project, words, depth + 1, ask))
        })
}

/// Whether each operand is a path of its own, which is neither that of packages nor of what lists them.
fn is_plain(words: &[Option<String>]) -> bool {
    words[1..].iter().all(|word| {
        word.as_deref().is_some_and(|word| {
            let path = word.trim_start_matches("./").trim_end_matches('/');
            let odd = |c: char| "*?[]{}>$`~".contains(c);
            let listed = ["node_modules", "package", "npm-shrinkwrap", "yarn.lock", "pnpm-lock"]
                .iter()
                .any(|name| path.starts_with(name) || path.contains(&format!("/{name}")));
            word.starts_with('-')
                || !path.is_empty()
                    && !path.contains(odd)
                    && !path.split('/').any(|part| part == ".." || part == ".")
                    && (!word.starts_with('/') || path.matches('/').count() > 1)
                    && !listed
        })
    })
}
