//! Which programs the texts of a source, and those of settings, name.

use super::files::{first_words, name_of};

/// Whether a text between quotes is the key of a value: `c["size"]`, `{"size": 3}`, `c.get("size")`.
pub(super) fn is_key(before: &str, behind: &str) -> bool {
    let Some(before) = before.strip_suffix(['"', '\'']).map(str::trim_end) else { return false };
    let Some(behind) = behind.strip_prefix(['"', '\'']).map(str::trim_start) else { return false };
    let of_value = before
        .strip_suffix('[')
        .is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric() || "_])".contains(c)));
    of_value && behind.starts_with(']')
        || before.ends_with(['{', ',']) && behind.starts_with(':')
        || [".get(", ".pop(", ".setdefault("].iter().any(|call| before.ends_with(call))
}

/// The programs of all commands in texts that a source may hand to a shell: `"git pull && make"`.
pub(super) fn programs_in_texts(source: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (at, quote) in source.match_indices(['"', '\'', '`']) {
        let line = source[..at].rsplit('\n').next().unwrap_or_default();
        // Behind as many quotes as are closed again a text begins.
        if line.matches(quote).count() % 2 == 0 {
            let text = source[at + 1..].split(quote).next().unwrap_or_default();
            if is_key(&source[..=at], &source[at + 1 + text.len()..]) {
                continue;
            }
            let commands = text.split(['|', ';', '&', '(', '`', '\n']);
            found.extend(commands.flat_map(first_words).map(|(word, _)| name_of(word)));
        }
    }
    found
}

/// The programs that stand with an operand where a command may begin, in whatever brackets, over however many lines: texts of Ruby have
/// many forms.
pub(super) fn programs_in_lines(source: &str) -> Vec<&str> {
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("#!"));
    let between = ['|', ';', '&', '(', '`', '"', '\'', '{', '[', '<', '!', '%'];
    let commands = lines.flat_map(|line| line.split(between));
    let started = commands.flat_map(first_words).filter(|(_, next)| {
        next.is_some_and(|next| !next.starts_with(['=', ':', '+', '?', '*', '>']))
    });
    started.map(|(word, _)| name_of(word)).collect()
}

/// Whether a source of Perl starts programs (perlfunc, `open`, `system`, `exec`, `readpipe`; perlop, `qx`; IPC::Open3, IPC::Run and
/// IPC::System::Simple).
pub(super) fn starts_in_perl(source: &str) -> bool {
    const CALLS: [&str; 16] = [
        "backticks",
        "capture",
        "capturex",
        "exec",
        "harness",
        "open2",
        "open3",
        "pipe_from_fork",
        "qx",
        "readpipe",
        "run",
        "run3",
        "run_forked",
        "runx",
        "system",
        "systemx",
    ];
    let lines = source.lines().filter(|line| !line.trim_start().starts_with('#'));
    let other = |c: char| !(c.is_alphanumeric() || "_$@%".contains(c));
    { lines }.any(|line| {
        let piped = line.contains("open")
            && ["-|", "|-", "|'", "|\"", "'|", "\"|"].iter().any(|sign| line.contains(sign));
        piped || line.contains('`') || line.split(other).any(|word| CALLS.contains(&word))
    })
}

/// The commands that a source of Python takes out of a module which has all of the system by their names (sh, "Usage"; Plumbum, "Local
/// Commands"); a name has a low line where its program has a hyphen.
pub(super) fn commands_of_modules(source: &str) -> Vec<String> {
    let mut names: Vec<&str> = Vec::new();
    for call in ["from sh import", "from plumbum.cmd import"] {
        for (at, _) in source.match_indices(call) {
            let rest = source[at + call.len()..].trim_start_matches([' ', '\t']);
            let list = match rest.strip_prefix('(') {
                Some(rest) => rest.split(')').next().unwrap_or(rest),
                None => rest.lines().next().unwrap_or_default(),
            };
            names.extend(list.split(',').filter_map(|one| one.split_whitespace().next()));
        }
    }
    let whole = |line: &str| {
        let modules = line.trim().strip_prefix("import ");
        modules
            .is_some_and(|it| it.split(',').any(|one| one.trim().split(' ').next() == Some("sh")))
    };
    if source.lines().any(whole) {
        for (at, _) in source.match_indices("sh.") {
            let other = |c: char| c.is_alphanumeric() || "_.\"'/-".contains(c);
            let name = |c: char| !(c.is_alphanumeric() || c == '_');
            if !source[..at].ends_with(other) {
                names.extend(source[at + 3..].split(name).next());
            }
        }
    }
    names.into_iter().flat_map(|name| [name.to_owned(), name.replace('_', "-")]).collect()
}
