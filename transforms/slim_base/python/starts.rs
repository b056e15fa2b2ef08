//! What sources of Python start, where they say it in so many words.
//!
//! Source: the documentation of Python, "subprocess", "os", "shutil".

use super::super::files::STARTS;

/// Calls whose first argument names a program.
const CALLS: &[&str] = &[
    "subprocess.run(",
    "subprocess.call(",
    "subprocess.check_call(",
    "subprocess.check_output(",
    "subprocess.Popen(",
    "subprocess.getoutput(",
    "subprocess.getstatusoutput(",
    "asyncio.create_subprocess_exec(",
    "asyncio.create_subprocess_shell(",
    "os.system(",
    "os.popen(",
    "shutil.which(",
];
/// What else such a module holds, which starts nothing.
const REST: &[&str] = &[
    "subprocess.CalledProcessError",
    "subprocess.CompletedProcess",
    "subprocess.DEVNULL",
    "subprocess.PIPE",
    "subprocess.STDOUT",
    "subprocess.SubprocessError",
    "subprocess.TimeoutExpired",
    "asyncio.subprocess.PIPE",
];
/// More ways by which a source may start something.
const OTHER: &[&str] =
    &["os.spawn", "posix_spawn", "pty", "which(", "find_executable", "__import__"];
/// Programs that start what stands among their arguments.
const RUNNERS: &[&str] = &[
    "bash", "chroot", "env", "find", "gosu", "ionice", "nice", "nohup", "parallel", "setsid", "sh",
    "stdbuf", "su", "su-exec", "sudo", "time", "timeout", "watch", "xargs",
];

/// The programs that the sources of Python among these start, if each says all of them by texts: a word of a source is no program just
/// because some call of it may start one. `None` if that is not so.
pub(crate) fn told(sources: &[(&str, &str)]) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for (_, text) in sources.iter().filter(|(path, _)| path.ends_with(".py")) {
        found.extend(told_by(text)?);
    }
    Some(found)
}

fn told_by(source: &str) -> Option<Vec<String>> {
    // `import os, subprocess` brings nothing under another name.
    let plain = |statement: &&str| {
        let statement = statement.trim_start();
        statement.starts_with("import ")
            && !statement.contains(" as ")
            && !statement.starts_with("import sh")
    };
    let behind = |line: &str| line.split(';').skip_while(plain).collect::<Vec<_>>().join(";");
    let mut rest: String =
        source.lines().flat_map(|line| [behind(line), "\n".to_owned()]).collect();
    let mut found = Vec::new();
    for call in CALLS {
        for (at, _) in rest.match_indices(call) {
            found.extend(programs(&rest[at + call.len()..])?);
        }
        rest = rest.replace(call, "");
    }
    for part in REST {
        rest = rest.replace(part, "");
    }
    let more = STARTS.iter().chain(OTHER).any(|sign| rest.contains(sign));
    (!more).then_some(found)
}

/// The programs that the first argument of a call names: the first word of a list, or those of a line for a shell.
fn programs(arguments: &str) -> Option<Vec<String>> {
    let first = arguments.trim_start();
    let list = first.strip_prefix(['[', '(']);
    let text = list.unwrap_or(first).trim_start();
    let text = text.strip_prefix(['f', 'r', 'b']).unwrap_or(text);
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (text, behind) = text[1..].split_once(quote)?;
    // Texts that stand side by side are one.
    if !behind.trim_start().starts_with([',', ')', ']']) || text.contains(['\\', '`', '$']) {
        return None;
    }
    let commands: Vec<&str> = match list {
        Some(_) => vec![text],
        None => text.split([';', '|', '&', '(']).collect(),
    };
    let mut found = Vec::new();
    for command in commands {
        let word = command.split_whitespace().find(|word| !word.contains('='));
        let Some(word) = word else { continue };
        let name = word.rsplit('/').next().unwrap_or(word);
        if word.contains(['{', '%']) || RUNNERS.contains(&name) {
            return None;
        }
        found.push(name.to_owned());
    }
    Some(found)
}
