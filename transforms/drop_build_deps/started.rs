//! What the containers of a stage start, where it is known to build nothing.

use dockslim_contract::BuildContext;
use dockslim_syntax::Keyword;

use super::Install;
use super::known::is_known_script;
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
    &["--eval", "--interactive", "--print", "--run", "-a", "-e", "-i", "-p", "-r", "code", "pdb"];
/// Parts of the names of libraries by which people type what is run.
const PEOPLE: &[&str] = &[
    "bpython", "console", "debug", "inspect", "ipython", "irb", "jupyter", "pry", "psysh",
    "ptpython", "repl", "shell", "tinker",
];
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
    if is_server(context, &words[at..]) {
        return true;
    }
    let mut scripts =
        context.entries().filter(|(path, _)| word.contains('/') && name_of(path) == name_of(word));
    let Some(text) = scripts.next().and_then(|(path, _)| context.text(path)) else { return false };
    if scripts.next().is_some() || !is_known_script(context, text, &[]) {
        return false;
    }
    let last = text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
    let last: Vec<String> =
        last.split_whitespace().map(|word| word.trim_matches('"').to_owned()).collect();
    match last.as_slice() {
        [exec, all] if exec == "exec" && all == "$@" => is_server_behind(context, behind),
        [exec, rest @ ..] if exec == "exec" => is_server(context, rest),
        rest => is_server(context, rest),
    }
}

fn is_server_behind(context: &BuildContext, words: &[String]) -> bool {
    let at = words.iter().position(|word| !INITS.contains(&name_of(word)));
    at.is_some_and(|at| is_server(context, &words[at..]))
}

/// Whether words start a server, or a source that the context shows.
pub(super) fn is_server(context: &BuildContext, words: &[String]) -> bool {
    let words = words.strip_prefix(&["exec".to_owned()]).unwrap_or(words);
    let Some((word, behind)) = words.split_first() else { return false };
    let shown = |word: &String| {
        let mut paths = context.entries().filter(|(path, _)| name_of(path) == name_of(word));
        paths.any(|(path, _)| context.text(path).is_some())
    };
    // Options behind a source are its own (ruby(1), php(1), node(1); Python, "Command line and environment").
    let runs = PROMPTS.contains(&name_of(word)) && behind.first().is_some_and(shown);
    let option = |word: &String| !runs || !word.starts_with('-');
    let typed = |word: &String| {
        TYPED.contains(&word.as_str()) && option(word)
            || word.contains('$')
            || PEOPLE.iter().any(|part| word.to_ascii_lowercase().contains(part))
    };
    if !SERVERS.contains(&name_of(word)) || behind.iter().any(typed) {
        return false;
    }
    // Without a file people type what they run; what it does not show may be anything.
    let first = behind.iter().find(|word| !word.starts_with('-'));
    let serves = word == "php" && behind.first().is_some_and(|word| word == "-S");
    !PROMPTS.contains(&name_of(word))
        || serves
        || runs
        || first.is_some_and(shown)
            && !behind.iter().any(|word| ["-m", "-c"].iter().any(|option| word.starts_with(option)))
}

/// The file of a project that starts something else in a container.
pub(super) fn started_otherwise(context: &BuildContext) -> Option<&str> {
    compose_with_commands(context).or_else(|| deployed_otherwise(context, &[]))
}

pub(super) fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
