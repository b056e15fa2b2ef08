//! Programs of the system that sources of C, Go and Rust start by their names: where each Debian has all of them, the new base is one.

use super::go::{self, is_of_debian};
use super::launch::base_name;
use super::subject::Subject;
use crate::knowledge::package_of_program;

/// Programs that start another one, which may be any.
const STARTERS: [&str; 12] = [
    "bash", "chroot", "dash", "env", "find", "nice", "nohup", "setsid", "sh", "stdbuf", "timeout",
    "xargs",
];

/// Has the new base be a system where sources start nothing but programs of every Debian.
pub(super) fn ask(subject: &mut Subject<'_, '_>) {
    let ends: &[&str] = match subject.toolchain.name.as_str() {
        "native" => &[".c", ".cc", ".cpp", ".cxx", ".h", ".hpp"],
        "rust" => &[".rs"],
        "go" => return go::ask_for_programs(subject),
        _ => return,
    };
    let files = subject.context.into_iter().flat_map(|context| {
        let aside = |path: &str| {
            path.split('/').any(|part| matches!(part, "docs" | "examples" | "test" | "tests"))
        };
        let own = context
            .entries()
            .map(|(path, _)| path)
            .filter(move |path| ends.iter().any(|end| path.ends_with(end)) && !aside(path));
        own.filter_map(|path| context.text(path))
    });
    let texts: Vec<&str> = files.collect();
    let calls: &[&str] =
        if ends.contains(&".rs") { &["Command::new("] } else { &["system(", "popen("] };
    let mut commands = texts.iter().flat_map(|text| handed(text, calls)).peekable();
    if commands.peek().is_some() && commands.all(|command| command.is_some_and(is_known)) {
        subject.launch.needs_shell = true;
        subject.launch.needs_system = true;
    }
}

/// What calls are handed as their first text; `None` for anything else.
fn handed<'t>(text: &'t str, calls: &[&str]) -> Vec<Option<&'t str>> {
    let places = calls.iter().flat_map(|call| {
        let whole =
            move |at: usize| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        text.match_indices(*call)
            .filter(move |(at, _)| whole(*at))
            .map(|(at, call)| &text[at + call.len()..])
    });
    places.map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next()).collect()
}

/// Whether a command calls programs of every Debian alone, in words that no shell changes.
fn is_known(command: &str) -> bool {
    let plain = !command.contains(['$', '`', '(', '{', '\\', '<']);
    let mut parts = command.split(['|', ';', '&']).map(str::trim).filter(|part| !part.is_empty());
    plain
        && parts.all(|part| {
            let (program, rest) = part.split_once(' ').unwrap_or((part, ""));
            let name = base_name(program);
            let quoted = format!("\"{}\"", rest.replace(' ', "\" \""));
            !STARTERS.contains(&name)
                && (is_of_debian(name, &quoted) || package_of_program(name) == Some(""))
        })
}

#[cfg(test)]
mod tests {
    use super::{handed, is_known};

    #[test]
    fn commands_of_programs_that_all_have_are_known() {
        assert!(is_known("date +%s | cut -c1-3"));
        assert!(!is_known("git --version"));
        assert!(!is_known("sh -c git"));
        assert!(!is_known("date; $HOOK"));
        assert!(!is_known("tar xjf a.tar.bz2"));
    }

    #[test]
    fn what_is_no_text_is_not_known() {
        assert_eq!(handed("system(\"ls\"); my_system(x)", &["system("]), [Some("ls")]);
        assert_eq!(handed("system(cmd)", &["system("]), [None]);
    }
}
