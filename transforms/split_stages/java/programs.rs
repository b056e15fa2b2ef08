//! Programs that sources for the machine of Java start: the new base has to have them.

use super::super::entered::{ESSENTIAL, OF_SHELLS};
use super::super::launch::{base_name, is_shell};
use super::super::plan::Plan;
use super::super::reasons;
use super::super::subject::{Obstacle, Subject};
use crate::knowledge::package_of_program;

/// Ends of the sources that are looked at.
const SOURCES: &[&str] = &[".groovy", ".java", ".kt", ".scala"];

/// What libraries that start programs are imported by, and Scala's own (Apache Commons Exec, zt-exec, NuProcess, JProc, kotlin-process;
/// `scala.sys.process`).
const LIBRARIES: &[&str] = &[
    "com.github.pgreze.process",
    "com.zaxxer.nuprocess",
    "org.apache.commons.exec",
    "org.buildobjects.process",
    "org.zeroturnaround.exec",
    "sys.process.",
];

/// Calls that make lists of words.
const LISTS: &[&str] = &[
    "ImmutableList.of(",
    "Arrays.asList(",
    "List.of(",
    "List(",
    "Seq(",
    "arrayOf(",
    "java.util.",
    "listOf(",
    "new String[] {",
    "new String[]{",
    "[",
];

/// Refuses sources that start what the new base is not known to have (JDK, `ProcessBuilder`, `Runtime.exec`).
pub(in crate::split_stages) fn finds_programs(
    subject: &Subject<'_, '_>,
    plan: &Plan,
) -> Result<(), Obstacle> {
    let unknown = |path: &str| {
        let message = format!("{path} starts programs, and which they are is not known");
        Err((&reasons::PACKAGES, message))
    };
    for (path, text) in sources(subject) {
        if let Some(library) = LIBRARIES.iter().find(|library| text.contains(**library)) {
            let library = library.trim_end_matches('.');
            let message = format!("{path} starts programs by `{library}`");
            return Err((&reasons::PACKAGES, message));
        }
        // A text, or a list of texts, starts itself (Groovy, "Executing External Processes").
        let itself = ["\".execute(", "'.execute(", "].execute("];
        if path.ends_with(".groovy") && itself.iter().any(|sign| text.contains(sign)) {
            return unknown(path);
        }
        for started in started(&text) {
            let Some(started) = started else { return unknown(path) };
            if let Some(name) = started.into_iter().find(|name| !has(subject, plan, name)) {
                let message = format!("{path} starts `{name}`, which its new base has not");
                return Err((&reasons::PACKAGES, message));
            }
        }
    }
    Ok(())
}

/// Whether the new base has a program, or is given it. Where a program of the project lies, whoever proves it looks.
fn has(subject: &Subject<'_, '_>, plan: &Plan, program: &str) -> bool {
    let name = base_name(program);
    let system = ["/bin/", "/usr/bin/", "/usr/local/bin/", "/sbin/", "/usr/sbin/"];
    if program.contains('/') && !system.iter().any(|folder| program.starts_with(folder)) {
        return true;
    }
    let mut copied = plan.copies.iter().flat_map(|copy| &copy.sources);
    let mut installed = plan.runs.iter().flat_map(|run| run.split_whitespace());
    ESSENTIAL.contains(&name)
        || package_of_program(name) == Some("")
        || name == "java"
        || name == "bash" && !subject.image.contains("alpine")
        || installed.any(|word| word == name)
        || copied.any(|source| base_name(source) == name)
}

/// The sources of the program, with what stands in their lines besides comments.
fn sources<'f>(subject: &Subject<'f, '_>) -> impl Iterator<Item = (&'f str, String)> {
    let files = subject.context.into_iter().flat_map(|context| {
        let own = context.entries().map(|(path, _)| path).filter(|path| {
            let whole = format!("/{path}");
            let aside = ["/src/test/", "/buildSrc/"].iter().any(|part| whole.contains(part));
            SOURCES.iter().any(|end| path.ends_with(end)) && !aside
        });
        own.filter_map(|path| Some((path, context.text(path)?)))
    });
    files.map(|(path, text)| {
        let said = |line: &&str| {
            let line = line.trim_start();
            !["//", "*", "/*"].iter().any(|sign| line.starts_with(sign))
        };
        (path, text.lines().filter(said).collect::<Vec<_>>().join("\n"))
    })
}

/// The programs that each call of a source starts; `None` for a call that does not name them.
fn started(text: &str) -> Vec<Option<Vec<&str>>> {
    let builds = text.contains("ProcessBuilder");
    let calls = [
        ("ProcessBuilder(", builds),
        (".command(", builds),
        (".exec(", text.contains("getRuntime")),
    ];
    let behind = calls
        .into_iter()
        .filter(|(_, counts)| *counts)
        .flat_map(|(call, _)| text.split(call).skip(1))
        // Without words it is given them later, or asked for them.
        .filter(|rest| !rest.trim_start().starts_with(')'));
    behind.map(named).collect()
}

/// The programs that the words behind the bracket of a call name.
fn named(rest: &str) -> Option<Vec<&str>> {
    let mut rest = rest.trim_start();
    while let Some(inner) = LISTS.iter().find_map(|list| rest.strip_prefix(list)) {
        rest = inner.trim_start();
    }
    let (first, behind) = rest.strip_prefix('"')?.split_once('"')?;
    // What is put behind a text goes on with its last word.
    let goes_on = behind.trim_start().starts_with('+');
    let (program, rest) = first.split_once(char::is_whitespace).unwrap_or((first, ""));
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./+".contains(c);
    let alone = !goes_on || first.contains(char::is_whitespace);
    if program.is_empty() || !program.chars().all(plain) || !alone {
        return None;
    }
    if !is_shell(program) {
        return Some(vec![program]);
    }
    if !rest.is_empty() || goes_on {
        return None;
    }
    let end = behind.find(';').unwrap_or(behind.len());
    let mut texts = behind[..end].split('"').skip(1).step_by(2);
    let script = texts.next().filter(|flag| flag.starts_with('-') && flag.ends_with('c'))?;
    let script = texts.next().filter(|_| !script.is_empty())?;
    let mut found = vec![program];
    for part in script.split(['|', ';', '&', '(', ')', '\n', '`']) {
        let Some(word) = part.split_whitespace().find(|word| !word.contains('=')) else { continue };
        if !word.chars().all(plain) {
            return None;
        }
        if !OF_SHELLS.contains(&word) {
            found.push(word);
        }
    }
    Some(found)
}

/// Whether each program that a source starts is named where it is started, and none is a script of the project, which may call what slim Debian
/// lacks.
pub(super) fn starts_what_it_names(subject: &Subject<'_, '_>) -> bool {
    const CALLS: &[&str] = &["ProcessBuilder(", "getRuntime().exec("];
    let Some(context) = subject.context else { return false };
    let mut sources =
        context.entries().filter(|(path, _)| path.ends_with(".java") || path.ends_with(".kt"));
    sources.all(|(path, _)| {
        let text = context.text(path).unwrap_or_default();
        CALLS.iter().flat_map(|call| text.split(call).skip(1)).all(|rest| {
            let given = rest.split(';').next().unwrap_or(rest);
            let list = given.find('"').map_or("", |at| &given[..at]);
            let names = list
                .chars()
                .all(|c| c.is_whitespace() || "(){}[].".contains(c) || c.is_alphabetic())
                && !list.contains(')');
            let lists = [
                "",
                "List.of(",
                "java.util.List.of(",
                "Arrays.asList(",
                "java.util.Arrays.asList(",
                "listOf(",
            ];
            let plain =
                lists.contains(&list.trim()) || list.trim_start().starts_with("new String[]");
            let script =
                given.split('"').skip(1).step_by(2).any(|text| {
                    text.contains(".sh") || text.starts_with("./") || text.contains(" ./")
                });
            given.contains('"') && names && plain && !script
        })
    })
}

#[cfg(test)]
mod tests {
    use super::started;

    #[test]
    fn programs_of_calls() {
        for (call, program) in [
            ("new ProcessBuilder(\"git\", \"log\")", "git"),
            ("new ProcessBuilder(List.of(\"ls\"))", "ls"),
            ("new ProcessBuilder().command(\"git\")", "git"),
            ("Runtime.getRuntime().exec(new String[] { \"tar\" })", "tar"),
            ("Runtime.getRuntime().exec(\"git log \" + name)", "git"),
            ("ProcessBuilder(listOf(\"sh\", \"-c\", \"cd /x && df\"))", "df"),
        ] {
            let found = started(call);
            let last = found.last().cloned().flatten().unwrap_or_default();
            assert_eq!(last.last(), Some(&program), "{call}");
        }
        for call in [
            "new ProcessBuilder(words)",
            "new ProcessBuilder(tool + \"x\")",
            "new ProcessBuilder(\"/opt/\" + tool)",
            "var builder = new ProcessBuilder(); builder.command(words)",
            "Runtime.getRuntime().exec(words())",
            "ProcessBuilder(\"sh\", \"-c\", script)",
        ] {
            assert!(started(call).contains(&None), "{call}");
        }
        assert!(started("new ProcessBuilder()").is_empty());
    }
}
