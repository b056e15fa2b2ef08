//! Files that a generator writes in the build, and that a source of the program opens by a name for which the project has no file.

use dockslim_contract::BuildContext;

use super::runtime::{Place, Runtime, below};
use crate::compare::folders::is_within;
use crate::program::{Action, Call, visit};
use crate::shell::{Command, plain};

/// Ends of files that are read when a program runs.
const READ: &str =
    " bin css csv dat db html js json pb sql sqlite tmpl toml txt wasm xml yaml yml ";

/// Generators of sources alone, by the names of their programs.
const OF_SOURCES: &str = " easyjson ent enumer go-bindata goimports golangci-lint goyacc gqlgen mockery mockgen moq msgp oapi-codegen prisma-client-go sqlc stringer templ wire ";

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl Runtime<'_, '_> {
    /// The file that a source names, that only this call can have made, and that nothing brings.
    pub(super) fn made_for_sources(&self, call: &Call<'_>, places: &[Place]) -> Option<String> {
        let context = self.context?;
        let (ends, operand) = generates(call, context)?;
        let operand = operand.unwrap_or_default();
        let operand = operand.trim_start_matches("./").trim_end_matches('/');
        let folder = match operand.rsplit_once('/') {
            Some((folder, file)) if file.ends_with(".go") => folder,
            _ => operand,
        };
        let own = Some(folder).filter(|it| !matches!(*it, "" | ".") && context.is_folder(it));
        let is_own = |path: &str| own.is_some_and(|own| is_within(path, own));
        let here = self.folder(&self.old.configuration.directory).unwrap_or_default();
        for (path, _) in context.entries() {
            if !Self::is_source_of_program(path) || is_own(path) {
                continue;
            }
            let text = context.text(path).unwrap_or_default();
            for line in text.lines().filter(|line| !Self::only_compiles(line)) {
                for (_, name) in line.split('"').enumerate().filter(|(at, _)| at % 2 == 1) {
                    if own.is_some_and(|own| self.fills_folder(context, own, line, name)) {
                        return Some(format!("what is in `{name}`, which {path} names"));
                    }
                    let relative = name.trim_start_matches("./").trim_start_matches('/');
                    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
                    let Some((start, end)) = relative.rsplit_once('.') else { continue };
                    let is_file = !start.is_empty()
                        && ends.contains(&format!(" {end} "))
                        && relative.chars().all(plain);
                    let place = below(&here, name.trim_start_matches("./"));
                    // What has a dot in front of its first slash is the name of a host.
                    let inside = match relative.split_once('/') {
                        _ if name.starts_with('/') => true,
                        Some((first, _)) => !first.contains('.'),
                        None => false,
                    };
                    let told = || {
                        let mut texts = context.entries().filter(|(path, _)| is_own(path));
                        texts.any(|(path, _)| {
                            context.text(path).is_some_and(|text| text.contains(last(relative)))
                        })
                    };
                    let swagger = ends.contains("swagger") && !start.ends_with("swagger");
                    let end = format!("/{relative}");
                    let known = || {
                        context.entries().any(|(path, _)| format!("/{path}").ends_with(&end))
                            || self.covered(places, &place)
                            || self.puts_at(&place)
                    };
                    if is_file
                        && !swagger
                        && is_within(&place, &here)
                        && (inside || told())
                        && !known()
                    {
                        return Some(format!("`{name}`, which {path} names"));
                    }
                }
            }
        }
        None
    }

    /// Whether a program of the project, whose sources lie in `own`, writes to a folder that a line of another names, or a pattern in it,
    /// and that the context does not hold.
    fn fills_folder(&self, context: &BuildContext, own: &str, line: &str, name: &str) -> bool {
        let steady: Vec<&str> =
            name.split('/').take_while(|part| !part.contains(['*', '?', '['])).collect();
        let folder = steady.join("/");
        let folder = folder.trim_start_matches("./").trim_end_matches('/');
        let told = line.contains(&format!("(\"{name}\"")) || name.contains(['*', '?', '[']);
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
        if folder.is_empty() || last(folder).contains('.') || !told || !folder.chars().all(plain) {
            return false;
        }
        let writes = |text: &str| {
            text.split('"').skip(1).step_by(2).zip(text.split('"').step_by(2)).any(
                |(it, before)| {
                    let it = it.trim_start_matches("./");
                    it == folder && before.ends_with('(') || it.starts_with(&format!("{folder}/"))
                },
            )
        };
        let here = self.folder(&self.old.configuration.directory).unwrap_or_default();
        let place = below(&here, folder);
        let held = format!("/{folder}");
        is_within(&place, &here)
            && !context.entries().any(|(path, _)| format!("/{path}").ends_with(&held))
            && !self.puts_at(&place)
            && context.below(own).any(|(path, _)| context.text(path).is_some_and(writes))
    }

    /// Whether a step that is followed has put something at a place.
    fn puts_at(&self, place: &str) -> bool {
        let mut puts = false;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                let redirected = call.redirects.iter().filter_map(|text| text.rsplit_once('>'));
                let mut paths = redirected.filter_map(|(_, it)| self.path(it.trim(), call));
                puts |= paths.any(|path| is_within(place, &path));
                puts |= self.tree().placed(step.at).any(|path| is_within(place, path));
            }
        });
        puts
    }

    /// Whether a file is a source of a program that ships.
    pub(super) fn is_source_of_program(path: &str) -> bool {
        const ENDS: &str = " c cc cpp cxx go h hpp java kt rs ";
        const ASIDE: [&str; 6] = ["docs", "examples", "test", "testdata", "tests", "vendor"];
        let name = last(path);
        let end = name.rsplit_once('.').map_or("", |(_, end)| end);
        !end.is_empty()
            && ENDS.contains(&format!(" {end} "))
            && !name.contains("_test.")
            && !path.split('/').any(|part| ASIDE.contains(&part))
    }

    /// Whether a line of a source is there for the compiler, or for people.
    pub(super) fn only_compiles(line: &str) -> bool {
        let mut line = line.trim_start();
        while let Some((_, rest)) = line.split_once(';').filter(|it| it.0.starts_with("import ")) {
            line = rest.trim_start();
            if line.is_empty() {
                return true;
            }
        }
        ["#", "import ", "//", "*"].iter().any(|start| line.starts_with(start))
            || ["include_str!", "include_bytes!", "include!"].iter().any(|it| line.contains(it))
    }
}

/// The ends of what a call may write besides sources, and the program of the project that it runs.
fn generates<'c>(
    call: &'c Call<'_>,
    context: &BuildContext,
) -> Option<(&'static str, Option<&'c str>)> {
    let command = Command::of(&call.words);
    let words: Vec<&str> = call.words.iter().map(|word| plain(word).unwrap_or_default()).collect();
    let verb = words.iter().position(|word| ["generate", "run", "xtask"].contains(word));
    let known = |name: &str| OF_SOURCES.contains(&format!(" {name} "));
    let bare = |word: &str| last(word.split('@').next().unwrap_or(word)).to_owned();
    match command.program() {
        "swag" => Some((" json yaml swagger ", None)),
        "buf" | "protoc" => Some((" json yaml yml pb desc protoset ", None)),
        "cargo" => verb.map(|_| (READ, None)),
        "go" if words[verb?] == "generate" => {
            let other = |line: &str| {
                let Some(told) = line.strip_prefix("//go:generate ") else { return false };
                let mut words = told.split_whitespace().skip_while(|word| {
                    word.starts_with('-') || ["go", "run", "tool"].contains(word)
                });
                !words.next().is_some_and(|word| known(&bare(word)))
            };
            let mut sources =
                context.entries().filter(|(path, _)| Runtime::is_source_of_program(path));
            sources
                .any(|(path, _)| context.text(path).is_some_and(|it| it.lines().any(other)))
                .then_some((READ, None))
        }
        "go" => {
            let operand = words[verb? + 1..].iter().find(|word| !word.starts_with('-'))?;
            (!known(&bare(operand))).then_some((READ, Some(*operand)))
        }
        _ => None,
    }
}
