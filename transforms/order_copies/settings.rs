//! What steps in front of an install set for it: a value may be a path that begins where the install runs, and leads to a file that
//! is copied.
//!
//! npm takes `cafile` from there (<https://docs.npmjs.com/cli/using-npm/config#cafile>), and so do others with their certificates,
//! stores and sources.

use dockslim_syntax::{Dockerfile, Keyword};

use super::copies::folder;
use super::obstacles::PREFIXES;
use super::project::Project;
use super::reasons;
use crate::facts::{BuildStep, Command, Copied, is_within};
use crate::pass::Refusal;

/// Words by which a package manager keeps settings for later calls.
const KEEPS: [&str; 6] = ["config", "set", "env", "nuget", "source", "sources"];

/// How the names of settings end whose values are no paths.
const NO_PATHS: [&str; 11] = [
    "auth", "ident", "mail", "name", "password", "proxy", "registry", "server", "token", "url",
    "user",
];
/// How the names of variables end whose values are files.
const FILES: [&str; 6] = ["BUNDLE", "CAINFO", "CERT", "CERTS", "CONFIG", "FILE"];

/// Programs that write, or keep as settings, what others in the RUN give them.
const GATHER: [&str; 5] = ["dd", "install", "sponge", "tee", "xargs"];

/// Whether no setting leads an install, which runs in one of these folders, to what the copies of these numbers bring.
pub(super) fn settings(
    dockerfile: &Dockerfile<'_>,
    project: &Project<'_, '_>,
    folders: &[&str],
    moved: &[usize],
) -> Result<(), Refusal> {
    let leads = |text: &str| {
        folders.iter().find_map(|folder| entry(project, folder, moved, text)).map(str::to_owned)
    };
    let led = |what: &str, path: &str| {
        let message = format!("{what} may lead the install to `{path}`, which is copied");
        Err((&reasons::ENVIRONMENT, message))
    };
    for (_, step) in project.steps() {
        for command in step.content.commands() {
            let Some((values, open)) = kept(dockerfile, command) else { continue };
            let whole = command.text(dockerfile);
            if open {
                let message = format!("`{whole}` sets what is known only when the image is built");
                return Err((&reasons::ENVIRONMENT, message));
            }
            if let Some(path) = values.iter().find_map(|value| leads(value)) {
                return led(&format!("`{whole}`"), &path);
            }
        }
        let text = dockerfile.text(step.instruction.lines);
        if step.instruction.kind == Keyword::Run
            && gathers(step, &text)
            && let Some(path) = leads(&text)
        {
            return led("what a RUN writes", &path);
        }
    }
    for (what, text) in files(dockerfile, project, folders) {
        if let Some(path) = leads(&text) {
            return led(&what, &path);
        }
    }
    variables(project, leads)
}

/// Whether no variable of a package manager is a relative path to what is copied, or a file that is not known.
fn variables(
    project: &Project<'_, '_>,
    leads: impl Fn(&str) -> Option<String>,
) -> Result<(), Refusal> {
    let Some(stage) = project.stages.first() else { return Ok(()) };
    for setting in stage.steps[project.number].state.settings.iter() {
        let name = setting.name.to_ascii_uppercase();
        if !PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        let value = setting.value.as_deref().unwrap_or("$");
        let open = value.contains('$') && FILES.iter().any(|end| name.ends_with(end));
        if open || leads(value).is_some() {
            let message =
                format!("the variable {} may lead the install to what is copied", setting.name);
            return Err((&reasons::ENVIRONMENT, message));
        }
    }
    Ok(())
}

/// Whether a RUN brings together what several of its commands write.
fn gathers(step: &BuildStep<'_>, text: &str) -> bool {
    let program = |command: &Command<'_>| {
        let first = command.words.first().and_then(|word| word.as_deref());
        [first, command.program_name()].into_iter().flatten().any(|name| GATHER.contains(&name))
    };
    // What groups of commands write goes where the sign behind their end points to.
    let ends = |text: &str| {
        let text = text.trim_end_matches(['1', '&']).trim_end();
        let apart = |text: &str| text.trim_end_matches([' ', '\t']).ends_with([';', '\n', '&']);
        let word = |end: &&str| {
            text.strip_suffix(*end)
                .is_some_and(|rest| apart(rest) || (*end != "}" && rest.ends_with([' ', '\t'])))
        };
        ["}", "fi", "done", "esac"].iter().any(word)
            || (text.ends_with(')') && !opening(text).is_some_and(|at| text[..at].ends_with('$')))
    };
    let group = text.match_indices('>').any(|(at, _)| {
        let target = text[at..].trim_start_matches('>').trim_start();
        ends(&text[..at]) && !target.starts_with("/dev/null") && !target.starts_with('&')
    });
    group || step.content.commands().iter().any(program)
}

/// Where the bracket opens that the end of a text closes.
fn opening(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().rev().find_map(|(at, sign)| {
        depth += match sign {
            ')' => 1,
            '(' => -1,
            _ => return None,
        };
        (depth == 0).then_some(at)
    })
}

/// What a text names, from a folder on, of the files that copies bring.
fn entry<'w>(
    project: &Project<'_, '_>,
    folder: &str,
    moved: &[usize],
    text: &'w str,
) -> Option<&'w str> {
    let apart = "=:,;\"'`()[]{}<>|&";
    let parts = text.split(|c: char| c.is_whitespace() || apart.contains(c));
    // A path may have blanks, too.
    let value = text.split_once('=').map_or(text, |(_, value)| value).trim_matches(['"', '\'']);
    parts
        .chain([value])
        // A pattern finds something in the folder in front of it.
        .map(|part| part.split('*').next().unwrap_or_default())
        .map(|part| part.trim_start_matches("~/").trim_end_matches('/'))
        .filter(|part| part.starts_with(|c: char| c.is_alphanumeric() || "._@".contains(c)))
        .find(|part| {
            let names: Vec<&str> = part.split('/').filter(|name| !name.is_empty()).collect();
            let place = climbed(folder, &names);
            let found = place.and_then(|place| project.source_of(&place));
            found.is_some_and(|(at, source)| !source.is_empty() && moved.contains(&at))
        })
}

/// Where names lead from a folder; a blank may be in one.
fn climbed(folder: &str, names: &[&str]) -> Option<String> {
    let mut place: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in names.iter().filter(|name| **name != ".") {
        match *name {
            ".." => drop(place.pop()?),
            name => place.push(name),
        }
    }
    Some(format!("/{}", place.join("/")))
}

/// The values that a command keeps for later ones, and whether one of them is not known and may be a path.
fn kept(dockerfile: &Dockerfile<'_>, command: &Command<'_>) -> Option<(Vec<String>, bool)> {
    // What bundler is told is read with its call.
    if command
        .words
        .first()
        .is_some_and(|word| matches!(word.as_deref(), Some("bundle" | "bundler")))
    {
        return None;
    }
    let option = |word: &String| {
        word.starts_with('-') && !word.contains(|c: char| c == '=' || c.is_whitespace())
    };
    let raw = (1..command.words.len()).map(|at| command.raw_word(dockerfile, at));
    let raw: Vec<String> = raw.collect();
    let first: Vec<String> = raw.iter().take_while(|word| word.starts_with('-')).cloned().collect();
    let raw: Vec<String> = raw.into_iter().filter(|word| !option(word)).collect();
    let verb = raw.iter().take(4).rposition(|word| KEEPS.contains(&word.as_str()));
    let to_file = command.call.is_some_and(|call| {
        call.redirects.iter().any(|redirect| {
            let target = dockerfile.text(redirect.target.span);
            !target.starts_with("/dev/") && !target.bytes().all(|byte| byte.is_ascii_digit())
        })
    });
    let values = match verb {
        // The first word behind it is a key, if another one follows and it has no value of its own.
        Some(at) if raw.len() > at + 2 && !raw[at + 1].contains('=') => &raw[at + 2..],
        Some(at) => &raw[at + 1..],
        None if to_file
            || is_script(command, &first)
            || matches!(command.program_name(), Some("tee" | "sed")) =>
        {
            &raw
        }
        None => return None,
    };
    let key = verb.and_then(|at| raw.get(at + 1));
    let open = command.words.contains(&None)
        && match key {
            Some(key) => !is_no_path(key),
            None => {
                let text = raw.join(" ").to_ascii_lowercase();
                ["file", "cert", "cainfo"].iter().any(|sign| text.contains(sign))
            }
        };
    Some((values.to_vec(), open))
}

/// Whether a program is given a script as a word, by one of its first options; that may write anything.
fn is_script(command: &Command<'_>, options: &[String]) -> bool {
    let given = |word: &String| {
        matches!(word.as_str(), "--eval" | "--print" | "-p" | "-r")
            || (!word.starts_with("--") && word.ends_with(['c', 'e']))
    };
    command.is_shell()
        || (matches!(
            command.program_name(),
            Some("node" | "python" | "python3" | "perl" | "ruby" | "php" | "awk")
        ) && options.iter().any(given))
}

/// Whether the value of a setting is no path: its name ends like one of those, or it is that of a host, or the address of one.
fn is_no_path(word: &str) -> bool {
    const HOSTS: [&str; 5] =
        ["bearer.", "github-oauth.", "gitlab-oauth.", "gitlab-token.", "http-basic."];
    const ADDRESSES: [&str; 4] = ["http://", "https://", "ssh://", "git@"];
    let name = word.split('=').next().unwrap_or(word).to_ascii_lowercase();
    let address = name.ends_with(".insteadof") && ADDRESSES.iter().any(|it| name.contains(it));
    address
        || HOSTS.iter().any(|host| name.starts_with(host))
        || NO_PATHS.iter().any(|end| name.ends_with(end))
}

/// What steps in front write in here-documents, and the files of the context that are copied to where programs look for their
/// settings, beside these folders, each with what it is for people.
fn files(
    dockerfile: &Dockerfile<'_>,
    project: &Project<'_, '_>,
    folders: &[&str],
) -> Vec<(String, String)> {
    const PLACES: [&str; 5] = ["/etc", "/root", "/home", "/usr/etc", "/usr/local/etc"];
    const NAMES: [&str; 6] = ["rc", ".cfg", ".conf", ".config", ".ini", ".toml"];
    let mut files = Vec::new();
    for (number, stage) in project.stages.iter().enumerate() {
        let until = if number == 0 { project.number } else { stage.steps.len() };
        for (at, step) in stage.steps[..until].iter().enumerate() {
            // What is written in here-documents is a file, too.
            if step.instruction.kind == Keyword::Run && !step.instruction.heredocs.is_empty() {
                let text = dockerfile.raw(step.instruction.lines).to_owned();
                files.push(("a here-document".to_owned(), text));
            }
            if step.instruction.kind != Keyword::Copy {
                continue;
            }
            let here = folder(stage, step);
            let Ok(copied) = Copied::of(dockerfile, project.context, (at, step), &here) else {
                continue;
            };
            for brought in copied.brings.iter().filter(|brought| !brought.folder) {
                let text = project.context.text(&brought.source);
                let settings = (PLACES.iter().any(|place| is_within(&brought.place, place))
                    || NAMES.iter().any(|end| brought.place.ends_with(end)))
                    && !folders.iter().any(|folder| is_within(&brought.place, folder));
                files.extend(
                    text.filter(|_| settings)
                        .map(|text| (format!("`{}`", brought.source), text.to_owned())),
                );
            }
        }
    }
    files
}
