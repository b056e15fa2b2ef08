//! Whether a package manager is surely there to clean up after itself, and until when.

use dockslim_syntax::{Dockerfile, Script, Span};

use super::ending::Endings;
use super::leavings::Leaving;
use super::reasons;
use super::remedies::CleanUp;
use crate::facts::Command;
use crate::pass::Refusal;

/// Where the package manager's own clean-up can run.
pub(super) enum Presence {
    /// At the end of the script.
    ToTheEnd,
    /// Directly behind this command: a later one removes the package manager, or the script goes on
    /// without it.
    Until(Span),
}

/// Looks for the package manager of some calls, which all want one clean-up.
pub(super) fn presence(
    dockerfile: &Dockerfile<'_>,
    script: &Script,
    endings: &Endings<'_>,
    commands: &[Command<'_>],
    leavings: &[&Leaving<'_, '_>],
    clean_up: &CleanUp,
) -> Result<Presence, Refusal> {
    let name = &leavings[0].manager.name;
    let text = script.span.of(dockerfile.source);
    let paths =
        ["PATH=", "activate", "nvm", ". ", "source "].iter().any(|sign| text.contains(sign));
    let sure = leavings.iter().any(|leaving| {
        let call = leaving.command.call;
        call.is_some_and(|call| !(call.conditional || call.in_child && paths))
    });
    // `rm -rf "$(gem env gemdir)"/cache/*.gem` succeeds without gem too.
    let never_fails = clean_up.command.starts_with("rm ");
    if !sure && !never_fails {
        let message = format!("{name} may not be there when the script ends");
        return Err((&reasons::CONDITIONAL, message));
    }
    let in_child =
        leavings.iter().any(|leaving| leaving.command.call.is_some_and(|call| call.in_child));
    if (endings.changes_directory() || in_child)
        && leavings.iter().any(|leaving| is_relative(dockerfile, leaving))
    {
        let message = format!("{name} is called by a path from another directory");
        return Err((&reasons::RELATIVE_PROGRAM, message));
    }
    let is_use =
        |command: &&Command<'_>| command.manager.is_some_and(|manager| manager.name == *name);
    let last_use = commands.iter().rfind(is_use).expect("the leavings are among them");
    let switched = commands.iter().any(|command| switches_node(dockerfile, command));
    if replaces_itself(dockerfile, last_use, name) || (name == "npm" && switched) {
        let message = format!("the new {name} may not run here");
        return Err((&reasons::TOOL_GONE, message));
    }
    let gone = commands.iter().filter(|command| command.span.start > last_use.span.start);
    for command in gone {
        if removes_tool(dockerfile, command, leavings[0]) {
            return Ok(Presence::Until(last_use.span));
        }
    }
    // A script may go on without npm, but hardly without the package manager of its system.
    let other_try =
        |span: Span| commands.iter().filter(is_use).any(|other| span.covers(other.span));
    let needed = never_fails
        || leavings[0].manager.needs_root
        || leavings.iter().any(|leaving| endings.needs(leaving.command.span, &other_try));
    Ok(if needed { Presence::ToTheEnd } else { Presence::Until(last_use.span) })
}

fn is_relative(dockerfile: &Dockerfile<'_>, leaving: &Leaving<'_, '_>) -> bool {
    let Some(call) = leaving.command.package_call() else { return false };
    let mut words = call.program.clone().map(|word| leaving.command.raw_word(dockerfile, word));
    words.any(|word| {
        (word.contains('/') && !word.starts_with(['/', '$'])) || word == "composer.phar"
    })
}

/// `npm install -g npm@latest`: nobody knows whether the new one runs.
fn replaces_itself(dockerfile: &Dockerfile<'_>, command: &Command<'_>, name: &str) -> bool {
    let Some(call) = command.package_call() else { return false };
    name == "npm"
        && (call.program.end..command.words.len()).any(|word| {
            let text = command.raw_word(dockerfile, word);
            text.split('@').next() == Some(name)
        })
}

/// Whether a command puts another Node.js in place, on which the npm that the shell remembers may not
/// run.
fn switches_node(dockerfile: &Dockerfile<'_>, command: &Command<'_>) -> bool {
    (0..command.words.len().min(3)).any(|word| {
        let text = command.raw_word(dockerfile, word);
        matches!(text.rsplit('/').next(), Some("n" | "nvm" | "nodenv" | "fnm" | "volta"))
    })
}

/// Whether a command takes the package manager away.
fn removes_tool(
    dockerfile: &Dockerfile<'_>,
    command: &Command<'_>,
    leaving: &Leaving<'_, '_>,
) -> bool {
    let name = leaving.manager.name.as_str();
    let packages: &[&str] = match name {
        "npm" | "yarn" => &["npm", "yarn", "node", "nodejs"],
        "gem" => &["gem", "ruby", "rubygems"],
        "composer" => &["composer", "php"],
        "go" => &["go", "golang"],
        other => &[other],
    };
    let rest = || (0..command.words.len()).map(|word| command.raw_word(dockerfile, word));
    let named = |text: &str| {
        packages.iter().any(|package| {
            let tail = text.strip_prefix(package);
            tail.is_some_and(|tail| {
                !tail.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                    && !tail.starts_with("-dev")
            })
        })
    };
    if let Some(call) = command.package_call() {
        let removes = rest().any(|word| {
            matches!(
                word.as_str(),
                "remove" | "purge" | "del" | "erase" | "uninstall" | "autoremove" | "rm"
            ) || word.starts_with("-R")
        });
        return removes
            && call.manager.name != name
            && rest().any(|word| named(&word) || word.starts_with(['.', '$', '*']));
    }
    command.program_name() == Some("rm")
        && rest().any(|word| {
            let mut parts = word.split('/');
            word == "composer.phar"
                || parts.any(|part| packages.contains(&part))
                || (word.starts_with('/') && word.ends_with("lib/node_modules"))
        })
}
