//! Classes of Java that a step starts, as tests of the build, and that leave nothing.

use dockslim_contract::BuildContext;

use crate::facts::{BuildStep, Command};
use crate::split_stages::launch::base_name;
use crate::split_stages::lies::Past;

/// By what a class writes, starts programs, or finds classes that it does not name (JDK: modules java.base, java.logging, java.net.http).
const WRITES: &[&str] = &[
    ".exec(",
    "ClassLoader",
    "DriverManager",
    "FileChannel",
    "FileHandler",
    "FileOutputStream",
    "FileSystem",
    "FileWriter",
    "Formatter(",
    "LogManager",
    "Preferences",
    "PrintStream(",
    "PrintWriter(",
    "ProcessBuilder",
    "ProcessHandle",
    "RandomAccessFile",
    "Recording",
    "Runtime.load",
    "ServiceLoader",
    "System.load",
    "ToolProvider",
    "Unsafe",
    "\\u",
    "createNew",
    "createTemp",
    "delete",
    "forName",
    "invoke",
    "loadClass",
    "mkdir",
    "native",
    "ofFile",
    "reflect",
    "renameTo",
    "setExec",
    "setLast",
    "setRead",
    "setWrit",
];
/// Packages of the kit beside `java`, some of which write, or load what is not named.
const OTHER_PACKAGES: &[&str] = &["com.sun.", "javax.", "jdk.", "sun."];
/// What `java.nio.file.Files` is asked for that writes nothing.
const READING: &[&str] =
    &["exists", "isDirectory", "isRegularFile", "lines", "list", "read", "size", "walk"];
/// Variables by which `java` takes more options (JDK, "The java Command"; JVM TI, "JAVA_TOOL_OPTIONS").
const OPTIONS: &[&str] = &["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"];

/// Whether a command is `java -cp FOLDERS CLASS` of a class of the project, and neither its source nor those that it names can write.
pub(super) fn tests_alone(
    past: &Past<'_, '_, '_>,
    step: &BuildStep<'_>,
    command: &Command<'_>,
) -> bool {
    if command.program_name() != Some("java") || OPTIONS.iter().any(|name| step.state.sets(name)) {
        return false;
    }
    let plain = command.call.is_some_and(|call| call.redirects.is_empty());
    let words: Option<Vec<&str>> = command.words.iter().map(Option::as_deref).collect();
    let Some(words) = words.filter(|_| plain) else { return false };
    let mut rest = words[1..].iter().copied().filter(|word| !matches!(*word, "-ea" | "-esa"));
    let (Some("-cp" | "-classpath" | "--class-path"), Some(path), Some(class)) =
        (rest.next(), rest.next(), rest.next())
    else {
        return false;
    };
    let folders = path.split(':').all(|entry| !entry.ends_with(".jar") && !entry.contains('*'));
    words[0] == "java"
        && folders
        && !class.starts_with(['-', '@'])
        && past.context.is_some_and(|context| leaves_nothing(context, class))
}

fn leaves_nothing(context: &BuildContext, class: &str) -> bool {
    let mut sources: Vec<&str> = Vec::new();
    for (path, _) in context.entries() {
        match base_name(path).rsplit_once('.').map(|(_, end)| end) {
            Some("java") => match context.text(path) {
                Some(text) => sources.push(text),
                None => return false,
            },
            // What they do is not read.
            Some("class" | "groovy" | "jar" | "kt" | "scala") => return false,
            _ => {}
        }
    }
    let mut wanted = vec![class.rsplit('.').next().unwrap_or(class)];
    let mut reached: Vec<&str> = Vec::new();
    while let Some(name) = wanted.pop() {
        let (found, other): (Vec<&str>, Vec<&str>) =
            sources.into_iter().partition(|text| declares(text, name));
        for text in &found {
            wanted.extend(words(text));
        }
        reached.extend(found);
        sources = other;
    }
    !reached.is_empty() && !reached.into_iter().any(may_write)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$')))
        .filter(|word| word.starts_with(|c: char| !c.is_ascii_digit()))
}

/// Whether a source declares a type of this name, also one beside that by which the source is called.
fn declares(text: &str, name: &str) -> bool {
    let mut before = "";
    words(text).any(|word| {
        let kind = std::mem::replace(&mut before, word);
        word == name && matches!(kind, "class" | "enum" | "interface" | "record")
    })
}

fn may_write(text: &str) -> bool {
    let static_files = text.contains("static java.nio");
    let writes = |rest: &str| !READING.iter().any(|call| rest.starts_with(call));
    static_files
        || OTHER_PACKAGES.iter().any(|start| text.contains(start))
        || WRITES.iter().any(|sign| text.contains(sign))
        || text.split("Files.").skip(1).any(writes)
}
