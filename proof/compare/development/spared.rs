//! Whether the steps of a build spare packages and manifests.

use dockslim_contract::BuildContext;
use serde_json::Value;

use crate::program::{Action, Step};
use crate::shell::plain;

/// Programs that compile or look at sources, and write what they make elsewhere (their documentation).
const COMPILE: &str = "esbuild eslint jest mocha ncc nest next ng prettier rollup stylelint swc tsc tsc-alias tsup vite vitest webpack";
const TELL: &str = "[ date echo ls printenv pwd test true";
const WRITE: &str = "cp mkdir mv rimraf rm";
/// Programs that look for what they change.
const SEEK: &str = "find git perl rsync sed shred tar unlink xargs";
/// How deep scripts may lead to one another.
const DEPTH: usize = 8;

fn is(list: &str, name: &str) -> bool {
    list.split(' ').any(|one| one == name)
}

/// Which commands are right.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// All but those that remove or change what they find, or name by a pattern.
    SweepNothing,
    /// Only those that are known to compile, and what names its files.
    OnlyCompile,
}

/// The command of a step, or of a script of package.json that it runs, that is not right.
pub(super) fn wrong(steps: &[&Step<'_>], context: &BuildContext, asked: Asked) -> Option<String> {
    steps.iter().find_map(|step| match &step.action {
        Action::Call(call) => {
            let words: Vec<&str> =
                call.words.iter().map(|word| plain(word).unwrap_or("$")).collect();
            let odd = !call.redirects.is_empty() || !call.inner.is_empty();
            let strict = asked == Asked::OnlyCompile;
            (strict && odd || !is_right(&words, context, asked, 0)).then(|| words.join(" "))
        }
        Action::Loop { .. } | Action::ForEach { .. } if asked == Asked::OnlyCompile => {
            Some("a loop".to_owned())
        }
        _ => None,
    })
}

fn is_right(words: &[&str], context: &BuildContext, asked: Asked, depth: usize) -> bool {
    let start = words.iter().position(|word| {
        *word != "cross-env" && (!word.contains('=') || word.starts_with(['-', '/']))
    });
    let Some(start) = start else { return true };
    let words = &words[start..];
    let (name, rest) = (words[0], &words[1..]);
    let operands = || rest.iter().copied().filter(|word| !word.starts_with('-'));
    if matches!(name, "npm" | "yarn" | "pnpm") {
        let script = match operands().next() {
            Some("run" | "run-script") => operands().nth(1),
            Some("t") => Some("test"),
            other => other,
        };
        return script.is_none_or(|script| scripts_are_right(script, context, asked, depth));
    }
    let tool = name.rsplit('/').next().unwrap_or(name);
    let writes = is(WRITE, tool);
    match asked {
        Asked::SweepNothing => !is(SEEK, tool) && (!writes || operands().all(is_named)),
        Asked::OnlyCompile => {
            let of_packages = !name.contains('/') || name.contains("node_modules/.bin/");
            let tool = if tool == "npx" { rest.first().copied().unwrap_or("") } else { tool };
            of_packages
                && !rest.iter().any(|word| word.contains('>'))
                && (is(COMPILE, tool) || is(TELL, tool) || writes && operands().all(is_named))
        }
    }
}

/// Whether scripts of this name, and those that npm runs around them, are right.
fn scripts_are_right(name: &str, context: &BuildContext, asked: Asked, depth: usize) -> bool {
    let manifests = context.entries().filter(|(path, _)| {
        path.rsplit('/').next() == Some("package.json") && !path.contains("node_modules/")
    });
    depth < DEPTH
        && manifests.filter_map(|(path, _)| context.text(path)).all(|text| {
            let Ok(table) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}'))
            else {
                return false;
            };
            ["pre", "", "post"].iter().all(|front| {
                let text = table["scripts"][format!("{front}{name}")].as_str().unwrap_or_default();
                let commands = text.split(['&', '|', ';', '(', ')', '\n']);
                commands.map(|part| part.split_whitespace().collect::<Vec<_>>()).all(|words| {
                    let words: Vec<&str> =
                        words.iter().map(|word| word.trim_matches(['"', '\''])).collect();
                    words.is_empty() || is_right(&words, context, asked, depth + 1)
                })
            })
        })
}

/// Whether a word is the path of something by its name, and neither packages nor what lists them.
fn is_named(word: &str) -> bool {
    let path = word.trim_end_matches('/');
    let path = path.strip_prefix("./").unwrap_or(path);
    let lists = ["node_modules", "npm-shrinkwrap", "package", "pnpm-lock", "yarn.lock"];
    let mut parts = path.split('/');
    let whole =
        !path.is_empty() && !path.contains(['*', '?', '[', ']', '{', '}', '$', '`', '~', '>']);
    let deep = !path.starts_with('/') || path.matches('/').count() > 1;
    whole
        && deep
        && parts.all(|part| {
            !matches!(part, "." | "..") && !lists.iter().any(|one| part.starts_with(one))
        })
}
