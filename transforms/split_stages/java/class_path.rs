//! What `java` is handed: a jar, or folders and jars with classes (JDK, "The java Command").

use super::super::launch::{base_name, parent_of};
use super::super::reasons;
use super::super::subject::{Obstacle, Subject, because};
use super::HOME;
use crate::facts::absolute;

/// What `java` is called with.
pub(in crate::split_stages) struct Java {
    /// The entries of its class path, or its jar.
    pub(super) class_path: Vec<String>,
    pub(super) jar: bool,
}

impl Java {
    /// Reads what one call of it is handed, in front of the class that it starts.
    fn add(&mut self, words: &[Option<String>]) -> Result<(), Obstacle> {
        let mut of_jar = false;
        let known = self.class_path.len();
        let mut rest = words.iter().skip(1);
        while let Some(word) = rest.next() {
            // A variable that ENV does not set holds options, if anything.
            let Some(word) = word.as_deref() else { continue };
            match word {
                "-jar" | "-cp" | "-classpath" | "--class-path" => {
                    let path = rest.next().and_then(|path| path.as_deref());
                    let path = path.ok_or_else(|| because(&reasons::UNREAD_COMMAND))?;
                    of_jar = word == "-jar";
                    self.class_path.extend(path.split(':').map(str::to_owned));
                    if of_jar {
                        break;
                    }
                }
                "-p" | "--module-path" | "-m" | "--module" => {
                    return Err(because(&reasons::UNREAD_COMMAND));
                }
                _ if word.starts_with("-javaagent") || word.starts_with('@') => {
                    return Err(because(&reasons::UNREAD_COMMAND));
                }
                _ if word.starts_with('-') => {}
                _ if word.ends_with(".java") => return Err(because(&reasons::RUNS_TOOLCHAIN)),
                _ => break,
            }
        }
        if self.class_path.len() == known {
            self.class_path.push(".".to_owned());
        }
        self.jar &= of_jar;
        Ok(())
    }
}

/// What the commands of the container hand to `java`.
pub(in crate::split_stages) fn class_path(subject: &Subject<'_, '_>) -> Result<Java, Obstacle> {
    let starts = |words: &&Vec<Option<String>>| {
        words.first().and_then(Option::as_deref).is_some_and(|word| base_name(word) == "java")
    };
    let toolchain = ["mvn", "mvnw", "gradle", "gradlew", "javac", "jshell", "jdb"];
    if subject.launch.programs().flatten().any(|program| toolchain.contains(&base_name(program))) {
        return Err(because(&reasons::RUNS_TOOLCHAIN));
    }
    let mut commands = subject.launch.commands.iter().filter(starts).peekable();
    commands.peek().ok_or_else(|| because(&reasons::NO_ARTEFACT))?;
    let mut read = Java { class_path: Vec::new(), jar: true };
    for words in commands {
        read.add(words)?;
    }
    // `java -jar target/*.jar`, which a shell completes.
    let jar_by_pattern = |path: &str| {
        read.jar
            && subject.launch.needs_shell
            && path.ends_with(".jar")
            && !parent_of(path).contains('*')
    };
    let whole = |path: &String| {
        let folder = path.strip_suffix("/*").unwrap_or(path);
        folder.contains('$') || (folder.contains('*') && !jar_by_pattern(path))
    };
    if read.class_path.iter().any(whole) {
        return Err(because(&reasons::UNREAD_COMMAND));
    }
    Ok(read)
}

/// The jar that a stage starts by its name, or the folder where it looks for classes, if that is the only one.
pub(in crate::split_stages) fn alone(subject: &Subject<'_, '_>) -> Option<String> {
    let words = class_path(subject).ok()?;
    let [path] = words.class_path.as_slice() else { return None };
    let path = if path.is_empty() { "." } else { path };
    let step = subject.stage.steps.last();
    let settings = step.map_or(&[][..], |step| step.state.settings.as_slice());
    let elsewhere = settings.iter().any(|one| one.name == "CLASSPATH");
    let is_known = words.jar == path.ends_with(".jar") && (words.jar || !elsewhere);
    absolute(path, subject.folder.as_deref()).filter(|_| is_known)
}

/// Refuses a start of `java` by a path at which the new base has none.
pub(in crate::split_stages) fn finds_java(subject: &Subject<'_, '_>) -> Result<(), Obstacle> {
    let own = format!("{HOME}/bin/java");
    let mut programs = subject.launch.programs().flatten();
    match programs.find(|it| it.contains('/') && base_name(it) == "java" && *it != own) {
        Some(program) => {
            let message = format!("`{program}` is where the old base has its runtime of Java");
            Err((&reasons::NO_ARTEFACT, message))
        }
        None => Ok(()),
    }
}

/// The folders of jars that the jar of a project names in its manifest, each with a slash at its end (JAR File Specification, "Class-Path"; Maven
/// Archiver, "Setting Up The Classpath"; Gradle, "Jar").
pub(super) fn named_by_jar(subject: &Subject<'_, '_>, jar: &str) -> Result<Vec<String>, Obstacle> {
    let mut found = Vec::new();
    let files = subject.context.into_iter().flat_map(|context| {
        context.entries().filter_map(|(path, _)| Some((path, context.text(path)?)))
    });
    for (path, text) in files {
        let names = match base_name(path) {
            "build.gradle" | "build.gradle.kts" => text.contains("Class-Path"),
            "pom.xml" => text.contains("<addClasspath>true<"),
            _ => false,
        };
        // Without others there is no folder of them, either.
        let others = path.ends_with("gradle") || path.ends_with(".kts");
        if !names || !others && !text.contains("<dependency>") && !text.contains("<parent>") {
            continue;
        }
        let value = |name: &str| {
            let (_, rest) = text.split_once(&format!("<{name}>"))?;
            Some(rest.split('<').next()?.trim().trim_end_matches('/').to_owned())
        };
        let folder = value("classpathPrefix").filter(|folder| {
            let whole = Some(format!("${{project.build.directory}}/{folder}"));
            value("outputDirectory") == whole && text.contains("copy-dependencies")
        });
        let Some(folder) = folder.filter(|_| base_name(path) == "pom.xml") else {
            let message = format!(
                "{path} has jars named in that of the program, and where they lie is not known"
            );
            return Err((&reasons::NO_ARTEFACT, message));
        };
        found.push(format!("{}/{folder}/", parent_of(jar).trim_end_matches('/')));
    }
    Ok(found)
}
