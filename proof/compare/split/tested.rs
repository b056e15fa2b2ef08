//! Classes of the project that a step starts, as tests of the build: whether they can leave something.

use std::collections::BTreeSet;

use dockslim_contract::BuildContext;

use super::runtime::Runtime;
use crate::program::Call;
use crate::shell::plain;

/// By what a class of Java writes files, starts programs or finds classes that it does not name (JDK, java.base and java.logging).
const SIGNS: &str = "FileWriter FileOutputStream FileHandler FileChannel RandomAccessFile FileSystem PrintStream( PrintWriter( \
    Formatter( createNew createTemp mkdir renameTo setLast setRead setWrit setExec delete ProcessBuilder ProcessHandle .exec( \
    System.load Runtime.load forName loadClass ClassLoader ServiceLoader DriverManager Preferences ToolProvider LogManager \
    Unsafe native reflect invoke Recording \\u ofFile";

/// What `Files` is asked for that leaves everything as it is (JDK, `java.nio.file.Files`).
const READS: &[&str] =
    &["exists", "isDirectory", "isRegularFile", "lines", "list", "read", "size", "walk"];

impl Runtime<'_, '_> {
    /// Whether a call of `java` starts a class of the project out of folders, and neither that nor what it names writes anything.
    pub(super) fn only_tests(&self, call: &Call<'_>) -> bool {
        let words: Option<Vec<&str>> = call.words.iter().map(|word| plain(word)).collect();
        let Some(["java", words @ ..]) = words.as_deref() else { return false };
        let words: Vec<&str> =
            words.iter().copied().filter(|it| !matches!(*it, "-ea" | "-esa")).collect();
        let ["-cp" | "-classpath" | "--class-path", path, class, ..] = words.as_slice() else {
            return false;
        };
        let folders = path.split(':').all(|one| !one.ends_with(".jar") && !one.contains('*'));
        let environment = &self.states.seen(call.state).surroundings.environment;
        let told = ["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"]
            .iter()
            .any(|name| environment.contains_key(*name));
        let plain = call.redirects.is_empty() && call.assignments.is_empty();
        folders && plain && !told && !class.starts_with('-') && self.writes_nothing(class)
    }

    /// Whether no source that a class leads to by names may write.
    fn writes_nothing(&self, class: &str) -> bool {
        let Some(context) = self.context else { return false };
        let unknown = [".class", ".jar", ".kt", ".scala", ".groovy"];
        let mut all = context.entries();
        if all.any(|(path, _)| unknown.iter().any(|end| path.ends_with(end))) {
            return false;
        }
        let sources: Option<Vec<&str>> = sources(context);
        let Some(sources) = sources else { return false };
        let name = class.rsplit('.').next().unwrap_or(class);
        let mut names: BTreeSet<&str> = BTreeSet::from([name]);
        let mut read: Vec<&str> = Vec::new();
        loop {
            let mut found =
                sources.iter().filter(|text| declared(text).any(|one| names.contains(one)));
            let Some(next) = found.find(|text| !read.contains(text)) else { break };
            read.push(*next);
            names.extend(identifiers(next));
        }
        !read.is_empty() && read.iter().all(|text| leaves_nothing(text))
    }
}

/// The texts of all sources of Java; `None` if one of them cannot be read.
fn sources(context: &BuildContext) -> Option<Vec<&str>> {
    let paths = context.entries().map(|(path, _)| path).filter(|path| path.ends_with(".java"));
    paths.map(|path| context.text(path)).collect()
}

fn identifiers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
        .filter(|word| !word.is_empty())
}

/// The types that a source declares, by what stands behind the words for them.
fn declared(text: &str) -> impl Iterator<Item = &str> {
    let pairs = identifiers(text).zip(identifiers(text).skip(1));
    pairs
        .filter(|(word, _)| matches!(*word, "class" | "interface" | "enum" | "record"))
        .map(|(_, name)| name)
}

fn leaves_nothing(text: &str) -> bool {
    let mut calls = text.split("Files.").skip(1);
    let mut signs = SIGNS.split_whitespace();
    let imports = text.split("import ").skip(1).map(str::trim_start);
    let mut others = imports.filter(|rest| {
        ["javax.", "com.sun.", "sun.", "jdk.", "static java.nio"]
            .iter()
            .any(|start| rest.starts_with(start))
    });
    !signs.any(|sign| text.contains(sign))
        && others.next().is_none()
        && calls.all(|rest| READS.iter().any(|name| rest.starts_with(name)))
}
