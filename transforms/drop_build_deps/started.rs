//! What the containers of a stage start, where it is known to build nothing.

use dockslim_contract::BuildContext;
use dockslim_syntax::Keyword;

use super::Install;
use crate::facts::{BuildStage, Content, compose_with_commands, deployed_otherwise};

/// Programs that serve, or run sources of the project.
const SERVERS: &[&str] = &[
    "apache2-foreground",
    "apache2ctl",
    "apachectl",
    "caddy",
    "gunicorn",
    "lighttpd",
    "nginx",
    "node",
    "nodejs",
    "php",
    "puma",
    "python3",
    "rackup",
    "redis-server",
    "ruby",
    "uvicorn",
];
/// Those that wait for input where no file follows them.
const PROMPTS: &[&str] = &["node", "nodejs", "php", "python3", "ruby"];
/// Their options behind which a text is run, or that ask for input.
const TYPED: &[&str] =
    &["--eval", "--interactive", "--print", "--run", "-a", "-c", "-e", "-i", "-p", "code", "pdb"];
/// Parts of the names of libraries by which people type what is run.
const PEOPLE: &[&str] = &["IPython", "irb", "jupyter", "pry", "psysh"];
/// Programs in front of what a container runs.
const INITS: &[&str] = &["--", "dumb-init", "exec", "tini"];

/// The line of the instruction by which containers of a stage start something else than a server, sources of the project, or a script of it that
/// ends with one.
pub(super) fn starts_unknown(
    install: &Install<'_, '_>,
    context: &BuildContext,
    stage: &BuildStage<'_>,
) -> Option<usize> {
    let build = install.build;
    let last = |kind: Keyword| {
        let below = build.stages.iter();
        let below = below.filter(|below| build.builds_on(&stage.stage, below.stage.index));
        let mut steps = below.flat_map(|stage| &stage.steps);
        steps.rfind(|step| !step.onbuild && step.instruction.kind == kind)
    };
    let (entrypoint, command) = (last(Keyword::Entrypoint), last(Keyword::Cmd));
    let step = entrypoint.or(command)?;
    let line = build.dockerfile.line(step.instruction.span.start);
    let words = |content: &Content<'_>| -> Vec<Vec<String>> {
        let words = content.commands().iter().map(|command| &command.words);
        let known =
            |word: &Option<std::borrow::Cow<'_, str>>| word.as_deref().unwrap_or("$").to_owned();
        words.map(|words| words.iter().map(known).collect()).collect()
    };
    let mut starts = words(&step.content);
    if let (Some(command), Content::Exec(_), [first]) =
        (entrypoint.and(command), &step.content, starts.as_mut_slice())
    {
        // A script in the shell form would be an operand.
        let Content::Exec(_) = &command.content else { return Some(line) };
        first.extend(words(&command.content).into_iter().flatten());
    }
    let unknown = |words: &Vec<String>| !is_known(context, words);
    (starts.is_empty() || starts.iter().any(unknown)).then_some(line)
}

/// Whether the words of a start begin with a server or a script of the project, and say what the container runs.
fn is_known(context: &BuildContext, words: &[String]) -> bool {
    let Some(at) = words.iter().position(|word| !INITS.contains(&name_of(word))) else {
        return false;
    };
    let (word, behind) = (&words[at], &words[at + 1..]);
    if SERVERS.contains(&name_of(word)) {
        // Without a file people type what they run.
        let file = behind.iter().any(|word| !word.starts_with('-'));
        let typed = |word: &String| {
            TYPED.contains(&word.as_str()) || PEOPLE.iter().any(|part| word.contains(part))
        };
        return !PROMPTS.contains(&name_of(word)) || file && !behind.iter().any(typed);
    }
    let mut scripts =
        context.entries().filter(|(path, _)| word.contains('/') && name_of(path) == name_of(word));
    let Some(text) = scripts.next().and_then(|(path, _)| context.text(path)) else { return false };
    let open = ["$@", "$*", "$1"].iter().any(|sign| text.contains(sign));
    scripts.next().is_none() && (!open || is_known(context, behind))
}

/// The file of a project that starts something else in a container.
pub(super) fn started_otherwise(context: &BuildContext) -> Option<&str> {
    compose_with_commands(context).or_else(|| deployed_otherwise(context, &[]))
}

pub(super) fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
