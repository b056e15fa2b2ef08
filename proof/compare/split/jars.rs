//! A jar, or a folder of classes, that one stage makes and another starts, on a runtime that is put together where it is made.

use super::assembled::{Assembled, source_of};
use super::bases::{has_kit_of_java, official};
use super::modules::{asked, is_shell, listed};
use super::started::commands;
use crate::compare::folders::absolute;
use crate::program::{Action, Transfer, visit};
use crate::shell::{Command, plain};

/// What may run in the stage that makes the jar: the kit's own tools, and what only handles files.
const TOOLS: &[&str] = &["cd", "chmod", "echo", "find", "jar", "javac", "ls", "mkdir", "rm"];

/// Signs in sources that classes are found by their names, or by services, or files of the kit by its place (JDK, "Class", "ServiceLoader",
/// module descriptions).
pub(super) const DYNAMIC: &[&str] = &[
    "\"java.home",
    "Class.forName",
    "DriverManager",
    "JAVA_HOME",
    "LoginContext",
    "Security.getProvider",
    "ServiceLoader",
    "System.Logger",
    "System.getLogger",
    "ToolProvider",
    "URLClassLoader",
    "findClass",
    "java.awt",
    "java.rmi",
    "javax.imageio",
    "javax.management",
    "javax.naming",
    "javax.script",
    "javax.swing",
    "loadClass",
];

impl Assembled<'_, '_> {
    /// The stage that a runtime of Java is taken from, which was not copied before.
    pub(super) fn runtime(&self) -> Option<usize> {
        let home = self.new.configuration.environment.get("JAVA_HOME")?;
        let mut copies = self.new.steps.iter().filter(|step| !self.old.steps.contains(step));
        copies.find_map(|step| match &step.action {
            Action::Copy(copy) if copy.destination.trim_end_matches('/') == home => {
                copy.from.as_deref()?.strip_prefix("stage ")?.parse().ok()
            }
            _ => None,
        })
    }

    /// Whether the modules of the jar or the classes that are started were looked for, and these can need no others.
    pub(super) fn tells_modules(&self, maker: usize) -> Result<(), String> {
        let lost = |what: &str| Err(what.to_owned());
        let (builder, joined) = (&self.before.stages[maker], &self.after.stages[maker]);
        if !is_kit_of(&builder.image, &self.old.image)
            || builder.parent.is_some()
            || builder.platform != self.old.platform
        {
            return lost("the runtime is that of another kit");
        }
        let Some(asked) = asked(self.old, self.context) else {
            return lost("the runtime is handed options");
        };
        let starts = self.new.configuration.starts().into_iter().flatten().flat_map(commands);
        let mut started: Vec<Started> = Vec::new();
        for words in starts {
            let name = words.first().map(|word| word.rsplit('/').next().unwrap_or(word).to_owned());
            if let [shell] = words.as_slice()
                && is_shell(shell)
            {
                continue;
            }
            let one = Started::of(words.get(1..).unwrap_or_default())
                .filter(|_| name.as_deref() == Some("java"));
            let Some(one) = one else { return lost("what is started is no jar, and no class") };
            started.push(one);
        }
        let [started] = started.as_slice() else { return lost("what is started is no single jar") };
        let classes = matches!(started, Started::Classes(_));
        if classes && self.old.configuration.environment.contains_key("CLASSPATH") {
            return lost("a variable says where classes are");
        }
        let (Started::Jar(path) | Started::Classes(path)) = started;
        let folder = self.new.configuration.directory.as_str();
        let place = absolute(path, folder, None).unwrap_or_default();
        // Whatever lies beside it may be on its class path.
        let copies: Vec<&Transfer<'_>> = self
            .old
            .steps
            .iter()
            .filter_map(|step| match &step.action {
                Action::Copy(copy) if copy.from.is_some() => Some(copy),
                _ => None,
            })
            .collect();
        let ([copy], Some(context)) = (copies.as_slice(), self.context) else {
            return lost("what lies beside the jar is not known");
        };
        let from = copy.from.as_deref() == Some(&*format!("stage {maker}"));
        let source = if classes { folder_of(copy, &place) } else { source_of(copy, &place) };
        let Some(source) = source.filter(|_| from) else {
            return lost("the jar is not that of the stage that makes the runtime");
        };
        for (path, _) in context.entries() {
            let text = context.text(path).unwrap_or_default();
            let source = path.ends_with(".java") || path.ends_with(".kt");
            let more = path.ends_with(if classes { ".class" } else { ".jar" });
            if more || source && DYNAMIC.iter().any(|sign| text.contains(sign)) {
                return Err(format!("{path} may need modules that the jar does not name"));
            }
        }
        let (mut made, mut others) = (false, None);
        let mut elsewhere = false;
        let (mut searched, mut modules) = (Vec::new(), Vec::new());
        visit(&builder.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let name = Command::of(&call.words).program().to_owned();
            let words = call.words.iter().filter_map(|word| plain(word));
            let here = &*self.states.seen(call.state).directory;
            if name == "javac" && classes {
                let words: Vec<&str> = words.clone().collect();
                let given = words.iter().skip_while(|word| **word != "-d").nth(1);
                let target = absolute(given.copied().unwrap_or("."), here, None);
                made |= target.as_ref() == Some(&source);
                elsewhere |= target.as_ref() != Some(&source);
            }
            // jdeps asks for a release where a jar has classes for several.
            let mut releases = call.words.iter().filter_map(|word| plain(word));
            if name == "jar" && releases.any(|word| word.starts_with("--release")) {
                others = Some("jar --release".to_owned());
            }
            made |= !classes
                && name == "jar"
                && words.skip(1).any(|word| absolute(word, here, None).as_ref() == Some(&source));
            if !TOOLS.contains(&name.as_str()) {
                others = Some(name);
            }
        });
        visit(&joined.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            if call.words.first().is_some_and(|word| word == "jdeps") {
                searched.extend(call.words.last().map(ToString::to_string));
            }
            modules.extend(listed(call).into_iter().map(str::to_owned));
        });
        match others {
            Some(name) => Err(format!("what `{name}` does for the jar is not known")),
            None if !made => lost("no step is known to make the jar"),
            None if elsewhere => lost("classes are written to more than one folder"),
            None if searched != [source] => lost("the modules are those of something else"),
            None if !asked.iter().all(|module| modules.iter().any(|one| one == module)) => {
                lost("options may ask for modules that were not put together")
            }
            None => Ok(()),
        }
    }
}

/// What `java` is told to start.
enum Started {
    Jar(String),
    /// The only folder that it looks for classes in.
    Classes(String),
}

impl Started {
    /// Reads the words behind `java` (JDK, "The java Command").
    fn of(words: &[String]) -> Option<Self> {
        let mut path: Option<&String> = None;
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            match word.as_str() {
                "-jar" => return rest.next().cloned().map(Self::Jar).filter(|_| path.is_none()),
                "-cp" | "-classpath" | "--class-path" if path.is_none() => {
                    path = Some(rest.next()?)
                }
                // What a variable holds when somebody starts the container are options.
                _ if word.starts_with(['-', '$']) => {}
                _ => break,
            }
        }
        let path = path.map_or(".", String::as_str);
        let single = !path.is_empty() && !path.contains([':', '*', '$']) && !path.ends_with(".jar");
        single.then(|| Self::Classes(path.to_owned()))
    }
}

/// What a folder of the image is in the stage that a COPY takes it from.
fn folder_of(copy: &Transfer<'_>, place: &str) -> Option<String> {
    let [source] = copy.sources.as_slice() else { return None };
    let rest = place.strip_prefix(copy.destination.trim_end_matches('/'))?;
    let inside = rest.is_empty() || rest.starts_with('/');
    inside.then(|| format!("{}{rest}", source.trim_end_matches('/')))
}

/// Whether two images hold the same kit: they are one, or differ in the system below it. Those of openjdk are no longer built, of Temurin
/// only the name of the kit may be left out (docker-library).
fn is_kit_of(one: &str, other: &str) -> bool {
    let (one, other) = (official(one), official(other));
    let parts = |image: &str| -> Vec<String> {
        let (name, tag) = image.split_once(':').unwrap_or((image, ""));
        let system = |part: &str| {
            let debian = matches!(part, "bookworm" | "bullseye" | "buster" | "slim");
            let oracle = matches!(part, "oracle" | "oraclelinux7" | "oraclelinux8");
            part == "jdk" || name == "openjdk" && (debian || oracle)
        };
        let kept = tag.split('-').filter(|part| !system(part)).map(str::to_owned);
        [name.to_owned()].into_iter().chain(kept).collect()
    };
    let numbered =
        |image: &str| parts(image).get(1).is_some_and(|part| part.starts_with(char::is_numeric));
    one == other
        || [one, other].iter().all(|image| has_kit_of_java(image) && numbered(image))
            && parts(one) == parts(other)
}
